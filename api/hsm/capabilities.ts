import { createECDH, randomBytes } from 'node:crypto'
import pkcs11 from 'pkcs11js'
import type { Handle, KeyPair, Mechanism } from 'pkcs11js'
import { bytes, flag, type TokenAttribute, ulongs } from './pkcs11/attributes.ts'
import { deriveSharedSecret, signEcdsaRaw } from './pkcs11/ec.ts'
import { hmacSha256 } from './pkcs11/hmac.ts'
import { P256 } from './pkcs11/key-class.ts'
import { protect, reveal } from './pkcs11/protection.ts'
import { decryptRaw, signRsa } from './pkcs11/rsa.ts'
import { generationMechanism, secretTemplate } from './pkcs11/system-keys.ts'
import type { Token } from './pkcs11/token.ts'
import type { Capabilities } from './port.ts'

/**
 * What the token does, seen by doing it: each mechanism is tried on a key that lives in a session of
 * ours and is destroyed afterwards. A mechanism list only says what a token claims.
 */
export async function probeCapabilities(token: Token): Promise<Capabilities> {
  return {
    ...(await probeRsa(token)),
    ecdh: await holds(() => probeEcdh(token)),
    ecdsa: await holds(() => probeEcdsa(token)),
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
  const pss = {
    type: pkcs11.CK_PARAMS_RSA_PSS,
    hashAlg: pkcs11.CKM_SHA256,
    mgf: pkcs11.CKG_MGF1_SHA256,
    saltLen: digest.length,
  }
  let answer: RsaCapabilities = { rsaRaw: false, rsaPkcs1: false, rsaPss: false }
  await holds(async () => {
    const pair = await generateRsa(token)
    const signs = (mechanism: Mechanism) => holds(() => signsRsa(token, pair, mechanism, digest))
    answer = {
      rsaRaw: await holds(() => decryptsRaw(token, pair)),
      rsaPkcs1: await signs({ mechanism: pkcs11.CKM_RSA_PKCS }),
      rsaPss: await signs({ mechanism: pkcs11.CKM_RSA_PKCS_PSS, parameter: pss }),
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

function probeEcdh(token: Token): boolean {
  const other = createECDH('prime256v1')
  const point = other.generateKeys()
  const pair = generateEc(token, flag(pkcs11.CKA_DERIVE, true))
  const secret = deriveSharedSecret(token, pair.privateKey, P256, point)
  destroy(token, pair.privateKey, pair.publicKey)
  return secret.length === P256.fieldBytes
}

function probeEcdsa(token: Token): boolean {
  const pair = generateEc(token, flag(pkcs11.CKA_SIGN, true))
  const signature = signEcdsaRaw(token, pair.privateKey, P256, randomBytes(P256.fieldBytes))
  destroy(token, pair.privateKey, pair.publicKey)
  return signature.length === 2 * P256.fieldBytes
}

function generateEc({ cryptoki, session }: Token, use: TokenAttribute): KeyPair {
  const mechanism = { mechanism: pkcs11.CKM_EC_KEY_PAIR_GEN }
  const curve = bytes(pkcs11.CKA_EC_PARAMS, P256.parameters)
  return cryptoki.C_GenerateKeyPair(session, mechanism, ephemeral(curve), ephemeral(use))
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
