import {
  constants,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import type { Handle } from 'pkcs11js'
import type { Bytes } from '#shared/bytes.ts'
import { signatureAlgorithm } from '#shared/cms/signature-scheme.ts'
import type { DigestAlgorithm, SignatureScheme } from '#shared/contract/keys.ts'
import { verifySignature } from '#shared/x509/verify-signature.ts'
import type { TokenKey } from '../../port.ts'
import { sign } from '../../sign/sign.ts'
import { decryptPadded } from '../../unwrap/padded-transport.ts'
import { deriveSharedSecret } from '../ec.ts'
import { type EdwardsCurve, keyClass, type NamedCurve } from '../key-class.ts'
import { decryptRaw } from '../rsa.ts'
import type { Token } from '../token.ts'

/** Whether a private key in the token is the other half of `spki`: seen by an operation, not by what it says. */
export async function isHalfOf(
  token: Token,
  handle: Handle,
  key: TokenKey,
  spki: Bytes,
): Promise<boolean> {
  if (key.purpose === 'sign') return signsFor(token, handle, key, spki)
  const made = keyClass(key.algorithm)
  const publicKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  return made.type === 'rsa'
    ? decryptsFor(token, handle, key, publicKey)
    : agreesWith(token, handle, made.curve, publicKey)
}

async function signsFor(
  token: Token,
  handle: Handle,
  key: TokenKey,
  spki: Bytes,
): Promise<boolean> {
  const { scheme, digest } = schemeOf(key)
  const data = new Uint8Array(randomBytes(32))
  const signature = await sign(token, handle, { key, scheme, digest, message: data })
  return verifySignature({ spki, algorithm: signatureAlgorithm(scheme, digest), signature, data })
}

function schemeOf({ algorithm }: TokenKey): { scheme: SignatureScheme; digest: DigestAlgorithm } {
  const { type } = keyClass(algorithm)
  if (type === 'rsa') return { scheme: 'rsa-pkcs1', digest: 'sha-256' }
  return type === 'ec'
    ? { scheme: 'ecdsa', digest: 'sha-256' }
    : { scheme: 'ed25519', digest: 'sha-512' }
}

async function decryptsFor(
  token: Token,
  handle: Handle,
  { origin }: TokenKey,
  publicKey: KeyObject,
): Promise<boolean> {
  const secret = randomBytes(32)
  const encrypt = (padding: number, block: Buffer) =>
    publicEncrypt({ key: publicKey, padding }, block)
  if (origin === 'dual-use') {
    const block = encrypt(constants.RSA_PKCS1_PADDING, secret)
    return secret.equals(
      (await decryptPadded(token, handle, 'rsa-pkcs1', block)) ?? Buffer.alloc(0),
    )
  }
  const length = (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  const message = Buffer.concat([Buffer.alloc(length - secret.length), secret])
  const block = encrypt(constants.RSA_NO_PADDING, message)
  return message.equals(await decryptRaw(token, handle, block))
}

const OPENSSL_NAMES = { p256: 'prime256v1', p384: 'secp384r1', p521: 'secp521r1' } as const

function agreesWith(
  token: Token,
  handle: Handle,
  curve: NamedCurve | EdwardsCurve,
  publicKey: KeyObject,
): boolean {
  if (!(curve.name in OPENSSL_NAMES)) return false // refused at unwrapping already
  const name = curve.name as keyof typeof OPENSSL_NAMES
  const ours = generateKeyPairSync('ec', { namedCurve: OPENSSL_NAMES[name] })
  const spki = ours.publicKey.export({ format: 'der', type: 'spki' })
  const point = spki.subarray(-(1 + 2 * curve.fieldBytes))
  const expected = diffieHellman({ privateKey: ours.privateKey, publicKey })
  return expected.equals(deriveSharedSecret(token, handle, curve, point))
}
