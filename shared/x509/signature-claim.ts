import type { Bytes } from '../bytes.ts'
import type { SignatureAlgorithm } from './signature-algorithm.ts'

/** A signature and all that it takes to check it. */
export type SignatureClaim = {
  /** DER SubjectPublicKeyInfo of the signer. */
  readonly spki: Bytes
  readonly algorithm: SignatureAlgorithm
  /** As X.509 and CMS carry it: ECDSA as DER. */
  readonly signature: Bytes
  /** What was signed, not yet digested. */
  readonly data: Bytes
}
