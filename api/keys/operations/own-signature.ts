import { constants, type KeyObject, verify } from 'node:crypto'
import { promisify } from 'node:util'
import type { Bytes } from '#shared/bytes.ts'
import { DIGEST_BYTES } from '#shared/cms/signature-scheme.ts'
import type { DigestAlgorithm, SignatureScheme } from '#shared/contract/keys.ts'

/** A signature that the token made, and how. */
export type OwnSignature = {
  readonly scheme: SignatureScheme
  readonly digest: DigestAlgorithm
  readonly message: Bytes
  /** As CMS carries it: ECDSA as DER. */
  readonly signature: Bytes
}

const verifyAsync = promisify(verify)

/** As OpenSSL names them. */
const HASHES = { 'sha-256': 'sha256', 'sha-384': 'sha384', 'sha-512': 'sha512' } as const

/** Whether a signature of ours holds; checked on another thread. */
export function holds(
  publicKey: KeyObject,
  { scheme, digest, message, signature }: OwnSignature,
): Promise<boolean> {
  const hash = scheme === 'ed25519' ? null : HASHES[digest]
  const key = scheme === 'rsa-pss' ? withPss(publicKey, digest) : publicKey // OpenSSL's usual way else
  return verifyAsync(hash, message, key, signature)
}

function withPss(key: KeyObject, digest: DigestAlgorithm) {
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: DIGEST_BYTES[digest] }
}
