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

/**
 * The name of a key that is too weak to be trusted, or null. With an exponent of 1 the padding is its own signature,
 * and an even one is no RSA at all.
 */
export function findWeakKey(key: PublicKey): string | null {
  if (key.kind !== 'rsa') return null
  const { bits, exponent } = key
  const isOne = exponent.length === 1 && exponent[0] === 1
  const isEven = ((exponent.at(-1) ?? 0) & 1) === 0
  if (isOne || isEven) return `${keyName(key)} with a bad exponent`
  return bits < MIN_RSA_BITS ? keyName(key) : null
}
