import { constants, type KeyObject, type SigningOptions, verify } from 'node:crypto'
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

/** Whether a signature of ours holds; checked on another thread. */
export function holds(
  publicKey: KeyObject,
  { scheme, digest, message, signature }: OwnSignature,
): Promise<boolean> {
  const hash = scheme === 'ed25519' ? null : HASHES[digest]
  return verifyAsync(hash, message, { key: publicKey, ...optionsOf(scheme, digest) }, signature)
}

/** As OpenSSL names them. */
const HASHES = { 'sha-256': 'sha256', 'sha-384': 'sha384', 'sha-512': 'sha512' } as const

function optionsOf(scheme: SignatureScheme, digest: DigestAlgorithm): SigningOptions {
  switch (scheme) {
    case 'rsa-pkcs1':
      return { padding: constants.RSA_PKCS1_PADDING }
    case 'rsa-pss':
      return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: DIGEST_BYTES[digest] }
    case 'ecdsa':
      return { dsaEncoding: 'der' }
    case 'ed25519':
      return {}
  }
}
