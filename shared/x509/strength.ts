import { isWeakDigest } from './digest.ts'
import { keyName, type PublicKey } from './public-key.ts'
import { type SignatureAlgorithm, signatureName } from './signature-algorithm.ts'

const MIN_RSA_BITS = 2048

/** The name of an algorithm that is too weak to be trusted, or null. A missing digest is judged elsewhere. */
export function findWeakAlgorithm(algorithm: SignatureAlgorithm): string | null {
  const digests =
    algorithm.kind === 'rsa-pss'
      ? [algorithm.digest, algorithm.mgfDigest]
      : 'digest' in algorithm
        ? [algorithm.digest]
        : []
  const weak = digests.some((digest) => digest !== null && isWeakDigest(digest))
  return weak ? signatureName(algorithm) : null
}

/** The name of a key that is too weak to be trusted, or null. */
export function findWeakKey(key: PublicKey): string | null {
  return key.kind === 'rsa' && key.bits < MIN_RSA_BITS ? keyName(key) : null
}
