import type { Cursor } from '../../asn1/reader.ts'
import { ENUMERATED } from '../../asn1/tags.ts'
import { smallIntegerOf } from '../../asn1/values.ts'

/** Why a certificate was withdrawn: CRLReason (RFC 5280 §5.3.1) without `removeFromCRL`, which is no reason. */
export type RevocationReason = Exclude<(typeof REASONS)[number], null | 'removeFromCRL'>

const REASONS = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  null, // never assigned
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const

/** Reads the CRLReason that comes next; one that nobody knows is `unspecified`: it is withdrawn all the same. */
export function readReason(cursor: Cursor): RevocationReason | 'removeFromCRL' {
  return REASONS[smallIntegerOf(cursor.next(ENUMERATED))] ?? 'unspecified'
}

/**
 * Whether the key was in good hands until then, so that what was signed before may stand. Only where the reason
 * says so: an unstated one may be a stolen key, with which any earlier time can be claimed.
 */
export function sparesEarlierSignatures(reason: RevocationReason): boolean {
  return (
    reason === 'affiliationChanged' || reason === 'superseded' || reason === 'cessationOfOperation'
  )
}
