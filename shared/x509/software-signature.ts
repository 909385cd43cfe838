/** Signatures with digests that WebCrypto lacks. Loaded when one comes. */
import { p256, p384, p521 } from '@noble/curves/nist.js'
import type { Bytes } from '../bytes.ts'
import { digestOf } from './digest.ts'
import { findRawEcdsa } from './ecdsa-signature.ts'
import type { PublicKey } from './public-key.ts'
import type { SignatureClaim } from './signature-claim.ts'
import { holdsPkcs1, holdsPss } from './software-rsa.ts'

const CURVES = { p256, p384, p521 } as const

/** Whether an RSA or ECDSA signature holds under a key that suits it. */
export async function holdsInSoftware(
  key: PublicKey,
  { algorithm, signature, data }: SignatureClaim,
): Promise<boolean> {
  if (!('digest' in algorithm) || algorithm.digest === null) return false
  if (key.kind === 'ec') return holdsEcdsa(key, await digestOf(algorithm.digest, data), signature)
  if (key.kind !== 'rsa') return false
  return algorithm.kind === 'rsa-pss'
    ? holdsPss(key, algorithm, signature, data)
    : holdsPkcs1(key, algorithm.digest, signature, data)
}

function holdsEcdsa(
  { curve, point }: Extract<PublicKey, { kind: 'ec' }>,
  hash: Bytes,
  signature: Bytes,
): boolean {
  const raw = findRawEcdsa(signature, curve)
  return raw !== null && CURVES[curve].verify(raw, hash, point, { prehash: false, lowS: false })
}
