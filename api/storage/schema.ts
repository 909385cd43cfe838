import type { Kysely } from 'kysely'
import type { AnchorRow } from './anchors.ts'
import type { AttemptRow } from './attempts.ts'
import type { AuditEntryRow, AuditHeadRow } from './audit-entries.ts'
import type { AuthorityRow } from './authorities.ts'
import type { CertificateRow } from './certificates.ts'
import type { KeyRow } from './keys.ts'
import type { SessionRow } from './sessions.ts'
import type { TotpSeedRow } from './totp-seeds.ts'
import type { UserRow } from './users.ts'

/**
 * Every table. Columns are text and integers only, so that any SQL database holds them: times are
 * ISO 8601 in UTC (which sorts as text), bytes are base64url.
 */
export type Schema = {
  schemaVersion: { version: number; appliedAt: string }
  users: UserRow
  totpSeeds: TotpSeedRow
  attempts: AttemptRow
  sessions: SessionRow
  keys: KeyRow
  certificates: CertificateRow
  anchors: AnchorRow
  authorities: AuthorityRow
  auditEntries: AuditEntryRow
  auditHeads: AuditHeadRow
}

/** The database, or a transaction on it: queries are the same on both. */
export type Db = Kysely<Schema>
