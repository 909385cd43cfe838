import type { Certificate } from '../certificate.ts'
import type { Budget } from '../../budget.ts'
import type { RevocationReason } from './reason.ts'

/** That a certificate was withdrawn. */
export type Revoked = {
  readonly kind: 'revoked'
  /** When the issuer withdrew it. */
  readonly at: Date
  /** From when on it must not be relied on: `at`, or an earlier date that the issuer names (RFC 5280 §5.3.2). */
  readonly invalidFrom: Date
  readonly reason: RevocationReason
}

/** When what was said was known to be so, and when more will be known: null where that is not said. */
export type Window = { readonly thisUpdate: Date; readonly nextUpdate: Date | null }

/** What authentic evidence says of one certificate; `nothing` where it must not or cannot be used for it. */
export type Statement =
  | ({ readonly kind: 'good' } & Window)
  | (Revoked & Window)
  | { readonly kind: 'nothing'; readonly why: string }

/** The certificate that is asked about, and who may speak of it. */
export type Subject = {
  readonly certificate: Certificate
  readonly issuer: Certificate
  /** Further certificates in the issuer's name that may sign its CRLs. */
  readonly crlSigners: readonly Certificate[]
  /** The time to judge responders at. */
  readonly at: Date
  readonly signatureChecks: Budget
}
