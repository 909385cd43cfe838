import type { ContentAlgorithm } from '../contract/keys.ts'
import type { Check } from '../x509/check.ts'

/** A certificate as people are shown it. Times are ISO 8601 in UTC, `fingerprint` is SHA-256 in hexadecimal. */
export type CertificateSummary = {
  readonly subject: string
  readonly issuer: string
  readonly serial: string
  readonly addresses: readonly string[]
  readonly notBefore: string
  readonly notAfter: string
  readonly key: string
  readonly fingerprint: string
  readonly der: Uint8Array<ArrayBuffer>
}

/** Whom a message was encrypted to, as far as its recipient entries say. */
export type RecipientName = {
  /** `issuer` and `serial`, or the subject key identifier in hexadecimal. */
  readonly identifier: string
  readonly kind: 'key transport' | 'key agreement' | 'other'
  /** The reader's key that matched this entry. */
  readonly keyId: string | null
}

/** What the encryption says about the message as a whole. */
export type EncryptionVerdict =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'decrypted'
      readonly contentAlgorithm: ContentAlgorithm
      readonly keyId: string
      /** Whether the encryption itself proves that nobody changed the content (GCM), or not (CBC). */
      readonly integrity: 'authenticated' | 'none'
      /** An algorithm that should not be used any more. */
      readonly weak: boolean
      readonly recipients: readonly RecipientName[]
    }
  | {
      readonly kind: 'no-key'
      readonly contentAlgorithm: string
      readonly recipients: readonly RecipientName[]
    }
  /** A key matched, or the object is broken; nothing of the content may be shown. `null`: not even the algorithm is known. */
  | { readonly kind: 'damaged'; readonly contentAlgorithm: string | null; readonly reason: string }
  /** An algorithm or structure that Postern does not read; `what` names it. */
  | {
      readonly kind: 'unsupported'
      readonly contentAlgorithm: string | null
      readonly what: string
    }

/** Why a signature whose cryptography holds is still not trusted. */
export type UntrustedReason =
  | 'unknown-issuer'
  | 'expired'
  | 'not-yet-valid'
  | 'not-for-email'
  | 'revoked'
  | 'weak-algorithm'
  | 'date-mismatch'

/** Why a signature proves nothing. */
export type BrokenReason =
  | 'content-changed'
  /** As a relay changes mail that means no harm: without that one change, the signature would hold. */
  | 'changed-in-transit'
  | 'signature-mismatch'
  | 'structure'
  | 'signer-certificate-missing'

/** One signer, with all that was found out; times are ISO 8601 in UTC. */
export type Signer = {
  readonly certificate: CertificateSummary | null
  /** Up to the anchor where one was found, the signer's own certificate first. */
  readonly chain: readonly CertificateSummary[]
  /** What the signer claims; no more than a claim. */
  readonly signingTime: string | null
  readonly digestAlgorithm: string
  readonly signatureAlgorithm: string
  readonly checks: readonly Check[]
}

/**
 * What the signature says about the message as a whole. Order of precedence: broken, unchecked,
 * untrusted, wrong-sender, valid. Only `valid` may be drawn in green.
 */
export type SignatureVerdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'valid'; readonly signers: readonly Signer[] }
  | {
      readonly kind: 'wrong-sender'
      readonly reason: 'address-mismatch'
      readonly signers: readonly Signer[]
    }
  | {
      readonly kind: 'untrusted'
      readonly reason: UntrustedReason
      /**
       * Nothing was wrong with the certificates when it was signed, as the signer states it: they expired or were
       * withdrawn since. A former holder of the key can state any time, so that it is untrusted all the same.
       */
      readonly goodWhenSigned: boolean
      readonly signers: readonly Signer[]
    }
  /** Nothing here can tell whether it holds; `what` names the algorithm, or what else was in the way. */
  | { readonly kind: 'unchecked'; readonly what: string; readonly signers: readonly Signer[] }
  | { readonly kind: 'broken'; readonly reason: BrokenReason; readonly signers: readonly Signer[] }

/** One S/MIME layer, outermost first: what was found when the message was peeled. */
export type Layer =
  | { readonly kind: 'encrypted'; readonly verdict: EncryptionVerdict }
  | {
      readonly kind: 'signed'
      readonly form: 'detached' | 'opaque'
      readonly verdict: SignatureVerdict
      /** Inside the encryption, or where nothing is encrypted: the one that speaks for the text. */
      readonly counts: boolean
    }
  /** Packed, which neither hides nor proves anything (RFC 3274). */
  | { readonly kind: 'compressed'; readonly algorithm: 'zlib' }
  /** Certificates that travel alone (RFC 8551 §3.8): there is no text and no signature. */
  | { readonly kind: 'certificates'; readonly certificates: readonly CertificateSummary[] }
