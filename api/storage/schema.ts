import type { Kysely } from 'kysely'
import type { ChangeState } from '#shared/contract/admin/changes.ts'
import type { UserStatus } from '#shared/contract/admin/users.ts'
import type { ApprovalMode } from '#shared/contract/key-policy.ts'
import type { KeyAlgorithm, KeyOrigin, KeyPurpose, KeyStatus } from '#shared/contract/keys.ts'
import type { FactorKind } from '#shared/contract/factor-proof.ts'
import type { AuditCheckpointRow, AuditEntryRow, AuditHeadRow, AuditKeyRow } from './audit-rows.ts'

export type UserRow = {
  readonly id: string
  /** Lower case. */
  readonly username: string
  readonly name: string
  /** Lower case. */
  readonly address: string
  /** Roles in alphabetical order, separated by blanks. */
  readonly roles: string
  /** Argon2id in PHC form; null until a password is set. */
  readonly passwordHash: string | null
  /** Who was removed stays a name in the audit, and can do nothing. */
  readonly status: UserStatus
  readonly createdAt: string
}

/** Something that makes one-time codes: an app (`totp`, RFC 6238) or a hardware token (`hotp`, RFC 4226). */
export type CodeFactorRow = {
  readonly id: string
  readonly userId: string
  readonly kind: 'totp' | 'hotp'
  /** What its user calls it. */
  readonly name: string
  /** Sealed by the token, bound to the user: base64url. */
  readonly sealedSeed: string
  /** What it counts up to. Of an app, the time step of the last code taken; of a hardware token, the next code. */
  readonly counter: number
  /** How many a code has. */
  readonly digits: number
  readonly createdAt: string
  /** Null until it has proven to work. */
  readonly lastUsedAt: string | null
}

/** A code that was written down. It goes when it is used. */
export type RecoveryCodeRow = {
  readonly userId: string
  /** Under a key of the token: base64url. */
  readonly hash: string
  readonly createdAt: string
}

/** The public half of a passkey (Web Authentication Level 3). */
export type PasskeyRow = {
  readonly id: string
  readonly userId: string
  /** What the authenticator calls it: base64url. */
  readonly credentialId: string
  /** COSE (RFC 9052 §7) as base64url. */
  readonly publicKey: string
  /** How often it was used, as its authenticator counts; 0 for ever where it does not count. */
  readonly counter: number
  /** How browsers reach it, separated by blanks. */
  readonly transports: string
  /** What its user calls it. */
  readonly name: string
  readonly createdAt: string
  /** Null until it has proven to work. */
  readonly lastUsedAt: string | null
}

/** A challenge that was given out for a passkey. It goes when it is used. */
export type CeremonyRow = {
  readonly id: string
  /** To show a passkey, or to enrol one. */
  readonly purpose: 'prove' | 'enrol'
  /** Random bytes: base64url. */
  readonly challenge: string
  /** Where the browser was, and has to be when it answers. */
  readonly origin: string
  readonly userId: string
  readonly sessionId: string
  readonly expiresAt: string
}

/** A code with which a user sets what they sign in with. It goes when it is used. */
export type EnrolmentRow = {
  readonly userId: string
  readonly codeHash: string
  readonly expiresAt: string
}

/** An account at an OpenID provider that is a user's. */
export type IdentityRow = {
  readonly issuer: string
  readonly subject: string
  readonly userId: string
  readonly createdAt: string
}

/** Attempts at one factor of one user since the last success. */
export type AttemptRow = {
  /** Which factor of whom, hashed. */
  readonly name: string
  readonly failures: number
  readonly lastAt: string
  readonly lockedUntil: string | null
}

/** What opens a session. */
export type SessionMeans = 'password' | 'openid' | FactorKind

export type SessionRow = {
  /** Public: names the session, opens nothing. */
  readonly id: string
  /** SHA-256 of the secret in the cookie, base64url. */
  readonly secretHash: string
  readonly userId: string
  /** What the user calls the device. */
  readonly device: string
  /** `password`: the first factor was right, the second is still to come. */
  readonly stage: 'password' | 'full'
  /** `SessionMeans` in their order, separated by blanks; empty where they were not noted yet. */
  readonly means: string
  readonly createdAt: string
  readonly lastSeenAt: string
  readonly absoluteExpiresAt: string
  /** Signed out, or ended from another device. */
  readonly endedAt: string | null
}

export type KeyRow = {
  /** Also the CKA_ID in the token. */
  readonly id: string
  readonly userId: string
  readonly purpose: KeyPurpose
  readonly algorithm: KeyAlgorithm
  readonly status: KeyStatus
  readonly origin: KeyOrigin
  readonly createdAt: string
} & PolicyColumns

/** A key's policy: `shared/contract/key-policy.ts` says what each means. */
export type PolicyColumns = {
  readonly approval: ApprovalMode
  readonly approvalMinutes: number
  readonly approvalUses: number
  readonly approvalAbove: number | null
  readonly perMinute: number
  readonly perDay: number
  readonly offlineDays: number
  /** 1: yes. */
  readonly requireContent: number
}

/** What a key's policy was and became: JSON text. The audit entry of the operation holds the digest of both. */
export type PolicyChangeRow = {
  readonly operation: string
  readonly keyId: string
  readonly before: string
  readonly after: string
}

/** One use of a key, or by a user, that was let through. */
export type UseRow = {
  /** The id of the key, or of the user. */
  readonly subject: string
  /** Counted from 1 for each subject, without a gap. */
  readonly number: number
  readonly at: string
}

/** What a user approved by showing a factor: uses of one key, in one session. */
export type ApprovalRow = {
  /** SHA-256 of what its user was given, base64url. */
  readonly hash: string
  readonly userId: string
  readonly sessionId: string
  readonly keyId: string
  readonly operation: 'sign' | 'unwrap'
  /** Of contents or recipient entries: a JSON array of base64url text. */
  readonly digests: string
  /** Null: any number until it expires, of any digest. */
  readonly usesLeft: number | null
  readonly expiresAt: string
}

/** That a user had at least `size` operations within ten minutes, and when last. */
export type RushRow = {
  readonly userId: string
  readonly size: number
  readonly lastAt: string
}

/** One certificate of a key's chain. Position 0 is the key's own. */
export type CertificateRow = {
  readonly keyId: string
  readonly position: number
  /** DER as base64url. */
  readonly der: string
}

/** A certificate that a key had before it got a newer one. */
export type PastCertificateRow = {
  readonly keyId: string
  /** SHA-256 of the DER in hexadecimal. */
  readonly fingerprint: string
  /** DER as base64url. */
  readonly der: string
  readonly replacedAt: string
}

/** A certificate that the company trusts by itself. */
export type AnchorRow = {
  /** SHA-256 of the DER in hexadecimal. */
  readonly fingerprint: string
  /** DER as base64url. */
  readonly der: string
  readonly createdAt: string
}

/** A certificate authority whose key lies in the token. */
export type AuthorityRow = {
  readonly name: string
  readonly keyId: string
  readonly algorithm: KeyAlgorithm
  /** Its self-signed certificate: DER as base64url. */
  readonly der: string
  readonly createdAt: string
}

/** What the company decided in one section of its settings. `api/keys/policy/company-settings.ts` gives them meaning. */
export type SettingRow = {
  readonly section: string
  /** JSON text. */
  readonly value: string
  readonly changedAt: string
}

/** A call that came with an idempotency key. */
export type RepeatRow = {
  /** SHA-256 of whose key it is and of the key, base64url. */
  readonly name: string
  /** SHA-256 of what was asked, base64url. */
  readonly request: string
  /** Of the answer; null while it is worked on, or when that ended without an answer. */
  readonly status: number | null
  /** Null: not kept. */
  readonly body: string | null
  readonly expiresAt: string
}

/** Something that takes two administrators. `api/keys/changes` gives it meaning. */
export type ChangeRow = {
  readonly id: string
  /** JSON text of what exactly is to be done. It never changes. */
  readonly content: string
  readonly state: ChangeState
  /** Why it was refused when it was to be done. */
  readonly code: string | null
  /** Who proposed it, as the audit names them. */
  readonly actor: string
  /** The administrator who stands behind it; null while only somebody at the machine itself has asked. */
  readonly firstId: string | null
  /** The administrator who agreed. */
  readonly secondId: string | null
  readonly proposedAt: string
  /** From then on it acts by itself in a company with a single administrator. */
  readonly actsAt: string
  readonly expiresAt: string
  readonly settledAt: string | null
  /** Who did it or withdrew it, as the audit names them. */
  readonly settledBy: string | null
}

/**
 * Every table. Columns are text and integers only, so that any SQL database holds them: times are
 * ISO 8601 in UTC (which sorts as text), bytes are base64url.
 */
export type Schema = {
  schemaVersion: { version: number; appliedAt: string }
  users: UserRow
  factors: CodeFactorRow
  recoveryCodes: RecoveryCodeRow
  /** PostgreSQL hands so large an integer out as text. */
  passkeys: Omit<PasskeyRow, 'counter'> & { readonly counter: number | string }
  ceremonies: CeremonyRow
  enrolments: EnrolmentRow
  identities: IdentityRow
  attempts: AttemptRow
  sessions: SessionRow
  keys: KeyRow
  policyChanges: PolicyChangeRow
  uses: UseRow
  approvals: ApprovalRow
  rushes: RushRow
  certificates: CertificateRow
  pastCertificates: PastCertificateRow
  anchors: AnchorRow
  authorities: AuthorityRow
  settings: SettingRow
  repeats: RepeatRow
  changes: ChangeRow
  auditEntries: AuditEntryRow
  auditHeads: AuditHeadRow
  auditKeys: AuditKeyRow
  auditCheckpoints: AuditCheckpointRow
}

/** The database, or a transaction on it: queries are the same on both. */
export type Db = Kysely<Schema>
