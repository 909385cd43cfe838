import type { Bytes } from '../bytes.ts'
import type { ContentAlgorithm, Recipient } from '../contract/keys.ts'
import type { Certificate } from '../x509/certificate.ts'

/** A decryption key of the reader, present or past. */
export type ReaderKey = { readonly id: string; readonly certificate: Certificate }

/**
 * Asks for the content key of one recipient entry. A wrong key comes back like a right one and fails at the
 * content. `cmsDigest` computes SHA-256 of the CMS object, for the audit; whoever has the key at hand needs none.
 * @throws PosternError when it was stopped: the key is switched off, the session has expired, no network
 */
export type UnwrapContentKey = (request: {
  readonly keyId: string
  readonly recipient: Recipient
  readonly contentAlgorithm: ContentAlgorithm
  readonly cmsDigest: () => Promise<Bytes>
}) => Promise<Bytes>

/**
 * Finds CRLs and OCSP responses, DER, about the certificates of a chain, the leaf first and an anchor last. They are
 * verified here: whoever carries them is not trusted. What cannot be had is left out, and shows as "could not be
 * checked"; none is a fine answer.
 * @throws PosternError when it was stopped
 */
export type FindRevocationEvidence = (chain: readonly Certificate[]) => Promise<readonly Bytes[]>

/** Who reads, and what they trust. */
export type Reader = {
  readonly keys: readonly ReaderKey[]
  readonly unwrap: UnwrapContentKey
  /** Whoever is named here is trusted; with none, no signature can be valid. */
  readonly anchors: readonly Certificate[]
  /** The time to judge certificates at. */
  readonly at: Date
  /** Certificates that may close a chain or stand for a missing signer's, beside those in the message. */
  readonly candidates?: readonly Certificate[]
  /** Without it, revocation could not be checked: no verdict gets worse by that. */
  readonly revocation?: FindRevocationEvidence
  /** For a bare CMS file: the `From` field to judge it by, and the content of a detached signature. */
  readonly from?: string
  readonly detachedContent?: Bytes
}
