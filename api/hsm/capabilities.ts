import { createECDH, generateKeyPairSync, randomBytes } from 'node:crypto'
import pkcs11 from 'pkcs11js'
import type { Handle, KeyPair, Mechanism } from 'pkcs11js'
import { bytes, flag, type TokenAttribute, ulongs } from './pkcs11/attributes.ts'
import { deriveSharedSecret, signEcdsaRaw } from './pkcs11/ec.ts'
import { CKM_EC_EDWARDS_KEY_PAIR_GEN, signEd25519 } from './pkcs11/edwards.ts'
import { hmacSha256 } from './pkcs11/hmac.ts'
import {
  ED25519,
  type EdwardsCurve,
  type NamedCurve,
  P256,
  P521,
  X25519,
} from './pkcs11/key-class.ts'
import { protect, reveal } from './pkcs11/protection.ts'
import { decryptRaw, signRsa } from './pkcs11/rsa.ts'
import { generationMechanism, secretTemplate } from './pkcs11/system-keys.ts'
import type { Token } from './pkcs11/token.ts'
import type { Capabilities } from './port.ts'
import { pssMechanism } from './sign/pss.ts'

/**
 * What the token does, seen by doing it: each mechanism is tried on a key that lives in a session of
 * ours and is destroyed afterwards. A mechanism list only says what a token claims.
 */
export async function probeCapabilities(token: Token): Promise<Capabilities> {
  return {
    ...(await probeRsa(token)),
    ecdh: await holds(() => probeEcdh(token, P256)),
    ecdsa: await holds(() => probeEcdsa(token, P256)),
    p521: await holds(() => probeEcdh(token, P521) && probeEcdsa(token, P521)),
    ed25519: await holds(() => probeEd25519(token)),
    x25519: await holds(() => probeX25519(token)),
    aesGcm: await holds(() => probeAesGcm(token)),
    hmacSha256: await holds(() => probeHmac(token)),
  }
}

async function holds(probe: () => Promise<boolean> | boolean): Promise<boolean> {
  try {
    return await probe()
  } catch {
    return false // refused in whatever way: the token does not do it
  }
}

type RsaCapabilities = Pick<Capabilities, 'rsaRaw' | 'rsaPkcs1' | 'rsaPss'>

async function probeRsa(token: Token): Promise<RsaCapabilities> {
  const digest = Buffer.alloc(32, 1)
  let answer: RsaCapabilities = { rsaRaw: false, rsaPkcs1: false, rsaPss: false }
  await holds(async () => {
    const pair = await generateRsa(token)
    const signs = (mechanism: Mechanism) => holds(() => signsRsa(token, pair, mechanism, digest))
    answer = {
      rsaRaw: await holds(() => decryptsRaw(token, pair)),
      rsaPkcs1: await signs({ mechanism: pkcs11.CKM_RSA_PKCS }),
      rsaPss: await signs(pssMechanism('sha-256')),
    }
    destroy(token, pair.privateKey, pair.publicKey)
    return true
  })
  return answer
}

function generateRsa({ cryptoki, pool }: Token): Promise<KeyPair> {
  const size = [
    ulongs(pkcs11.CKA_MODULUS_BITS, 2048),
    bytes(pkcs11.CKA_PUBLIC_EXPONENT, Uint8Array.of(1, 0, 1)),
  ]
  const uses = [flag(pkcs11.CKA_SIGN, true), flag(pkcs11.CKA_DECRYPT, true)]
  const mechanism = { mechanism: pkcs11.CKM_RSA_PKCS_KEY_PAIR_GEN }
  return pool.use((session) =>
    cryptoki.C_GenerateKeyPairAsync(session, mechanism, ephemeral(...size), ephemeral(...uses)),
  )
}

/** 1 to the power of any exponent is 1: nearly all zeros, which a token may strip (`decryptRaw`). */
async function decryptsRaw(token: Token, { privateKey }: KeyPair): Promise<boolean> {
  const one = Buffer.alloc(256)
  one[255] = 1
  return one.equals(await decryptRaw(token, privateKey, one))
}

async function signsRsa(
  token: Token,
  { privateKey }: KeyPair,
  mechanism: Mechanism,
  data: Uint8Array,
): Promise<boolean> {
  return (await signRsa(token, privateKey, mechanism, data)).length === 256
}

const OPENSSL_NAMES = { p256: 'prime256v1', p384: 'secp384r1', p521: 'secp521r1' } as const

function probeEcdh(token: Token, curve: NamedCurve): boolean {
  const point = createECDH(OPENSSL_NAMES[curve.name]).generateKeys()
  return agrees(token, curve, point)
}

function probeX25519(token: Token): boolean {
  const { publicKey } = generateKeyPairSync('x25519')
  const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-X25519.fieldBytes)
  return agrees(token, X25519, point)
}

function agrees(token: Token, curve: NamedCurve | EdwardsCurve, point: Uint8Array): boolean {
  return withPair(token, curve, flag(pkcs11.CKA_DERIVE, true), (privateKey) => {
    const secret = deriveSharedSecret(token, privateKey, curve, point)
    return secret.length === curve.fieldBytes
  })
}

function probeEcdsa(token: Token, curve: NamedCurve): boolean {
  const digest = randomBytes(32)
  return withPair(token, curve, flag(pkcs11.CKA_SIGN, true), (privateKey) => {
    const signature = signEcdsaRaw(token, privateKey, curve, digest)
    return signature.length === 2 * curve.fieldBytes
  })
}

function probeEd25519(token: Token): boolean {
  const message = randomBytes(100)
  return withPair(token, ED25519, flag(pkcs11.CKA_SIGN, true), (privateKey) => {
    return signEd25519(token, privateKey, message).length === 64
  })
}

function withPair(
  token: Token,
  curve: NamedCurve | EdwardsCurve,
  use: TokenAttribute,
  work: (privateKey: Handle) => boolean,
): boolean {
  const { cryptoki, session } = token
  const isEdwards = curve.name === 'ed25519' || curve.name === 'x25519'
  const mechanism = isEdwards ? CKM_EC_EDWARDS_KEY_PAIR_GEN : pkcs11.CKM_EC_KEY_PAIR_GEN
  const template = ephemeral(bytes(pkcs11.CKA_EC_PARAMS, curve.parameters))
  const pair = cryptoki.C_GenerateKeyPair(session, { mechanism }, template, ephemeral(use))
  try {
    return work(pair.privateKey)
  } finally {
    destroy(token, pair.privateKey, pair.publicKey)
  }
}

function probeAesGcm(token: Token): boolean {
  const key = generateSecret(token, 'aes-gcm')
  const secret = randomBytes(20)
  const context = Buffer.from('probe')
  const opened = reveal(token, key, protect(token, key, secret, context), context)
  destroy(token, key)
  return secret.equals(opened)
}

function probeHmac(token: Token): boolean {
  const key = generateSecret(token, 'hmac')
  const data = Buffer.from('probe')
  const same = hmacSha256(token, key, data).equals(hmacSha256(token, key, data))
  destroy(token, key)
  return same
}

function generateSecret({ cryptoki, session }: Token, kind: 'hmac' | 'aes-gcm'): Handle {
  const template = ephemeral(...secretTemplate(kind), ulongs(pkcs11.CKA_VALUE_LEN, 32))
  return cryptoki.C_GenerateKey(session, { mechanism: generationMechanism(kind) }, template)
}

function ephemeral(...attributes: readonly TokenAttribute[]): TokenAttribute[] {
  return [flag(pkcs11.CKA_TOKEN, false), ...attributes]
}

function destroy({ cryptoki, session }: Token, ...objects: readonly Handle[]): void {
  for (const object of objects) cryptoki.C_DestroyObject(session, object)
}
