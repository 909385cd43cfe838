/** How Postern signs, and how each way is named. */
import type { DigestAlgorithm, SignatureScheme } from '../contract/keys.ts'
import { meetsPssLimits } from '../x509/pss-parameters.ts'
import type { Curve, PublicKey, RsaKey } from '../x509/public-key.ts'
import type { SignatureAlgorithm } from '../x509/signature-algorithm.ts'

/** Octets of a digest; the salt of RSA-PSS is as long (RFC 4056 §3). */
export const DIGEST_BYTES: Readonly<Record<DigestAlgorithm, number>> = {
  'sha-256': 32,
  'sha-384': 48,
  'sha-512': 64,
}

const DIGESTS = Object.keys(DIGEST_BYTES) as DigestAlgorithm[]

/** A digest as strong as the curve (FIPS 186-5 §6.1.1). */
const CURVE_DIGESTS: Readonly<Record<Curve, DigestAlgorithm>> = {
  p256: 'sha-256',
  p384: 'sha-384',
  p521: 'sha-512',
}

/** What a signature by this scheme over data digested so is checked as. */
export function signatureAlgorithm(
  scheme: SignatureScheme,
  digest: DigestAlgorithm,
): SignatureAlgorithm {
  switch (scheme) {
    case 'rsa-pkcs1':
    case 'ecdsa':
      return { kind: scheme, digest }
    case 'rsa-pss':
      return pssWith(digest)
    case 'ed25519':
      return { kind: 'ed25519' }
  }
}

function pssWith(digest: DigestAlgorithm) {
  const saltLength = DIGEST_BYTES[digest]
  return { kind: 'rsa-pss', digest, mgfDigest: digest, saltLength } as const
}

/** How a scheme is named in a SignerInfo: RSA PKCS#1 v1.5 plainly, as every reader knows it. */
export function signerAlgorithm(
  scheme: SignatureScheme,
  digest: DigestAlgorithm,
): SignatureAlgorithm {
  return scheme === 'rsa-pkcs1'
    ? { kind: 'rsa-pkcs1', digest: null }
    : signatureAlgorithm(scheme, digest)
}

/**
 * The scheme that every reader knows for such a key, and the digest that goes with it: Ed25519 wants
 * SHA-512 (RFC 8419 §3.1). Null for a key that does not sign.
 */
export function usualScheme(
  key: PublicKey,
): { readonly scheme: SignatureScheme; readonly digest: DigestAlgorithm } | null {
  switch (key.kind) {
    case 'rsa':
      return rsaScheme(key)
    case 'ec':
      return { scheme: 'ecdsa', digest: CURVE_DIGESTS[key.curve] }
    case 'ed25519':
      return { scheme: 'ed25519', digest: 'sha-512' }
    case 'x25519':
    case 'other':
      return null
  }
}

/** A key for PSS alone may want a certain digest, mask generation and salt (RFC 4055 §3.3). */
function rsaScheme({ pssOnly }: RsaKey): ReturnType<typeof usualScheme> {
  if (pssOnly === null) return { scheme: 'rsa-pkcs1', digest: 'sha-256' }
  if (pssOnly === 'any') return { scheme: 'rsa-pss', digest: 'sha-256' }
  if (pssOnly === 'unknown') return null
  const digest = DIGESTS.find((name) => meetsPssLimits(pssWith(name), pssOnly))
  return digest === undefined ? null : { scheme: 'rsa-pss', digest }
}
