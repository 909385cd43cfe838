import type { Checkpoint } from '#shared/contract/checkpoint.ts'

export type AuditPhase = 'intent' | 'result' | 'event'

export type AuditOutcome = 'done' | 'refused' | 'failed'

export type AuditAction =
  | 'sign-in'
  | 'sign-out'
  | 'unwrap'
  | 'sign'
  | 'approval-made'
  | 'approval-spent'
  | 'alarm'
  | 'key-created'
  | 'key-imported'
  | 'certificate-requested'
  | 'certificate-installed'
  | 'key-switched-off'
  | 'key-switched-on'
  | 'key-retired'
  | 'key-policy-changed'
  | 'user-created'
  | 'password-set'
  | 'totp-enrolled'
  | 'factor-added'
  | 'factor-removed'
  | 'recovery-codes-made'
  | 'passkey-copied'
  | 'openid-linked'
  | 'anchor-added'
  | 'authority-created'
  | 'audit-key-recorded'
  | 'user-removed'
  | 'sign-in-reset'
  | 'roles-set'
  | 'settings-set'
  | 'change-proposed'
  | 'change-confirmed'
  | 'change-withdrawn'
  | 'change-expired'
  | 'change-done'
  | 'audit-lost'
  | 'restored'

/** One entry: ids, digests and codes, never content, keys, codes or seeds. `api/keys/audit` gives them meaning. */
export type AuditEntryRow = {
  readonly writer: string
  readonly sequence: number
  readonly at: string
  readonly phase: AuditPhase
  readonly action: AuditAction
  readonly operation: string
  readonly outcome: AuditOutcome | null
  readonly code: string | null
  /** Who acted, where it was not the user: `administrator carol`, or a name in the machine's operating system. */
  readonly actor: string | null
  /** Whom it concerns. */
  readonly userId: string | null
  readonly sessionId: string | null
  readonly keyId: string | null
  readonly digest: string | null
  readonly entryDigest: string | null
  readonly contextHash: string | null
  readonly previous: string
  readonly hash: string
}

/** Where each writer's chain stands. */
export type AuditHeadRow = {
  readonly writer: string
  readonly sequence: number
  readonly hash: string
  readonly startedAt: string
}

/** A public key of the token that checkpoints were signed with. */
export type AuditKeyRow = {
  /** SHA-256 of the SubjectPublicKeyInfo in hexadecimal. */
  readonly fingerprint: string
  /** DER as base64url. */
  readonly spki: string
  readonly createdAt: string
}

/** What the token signed of a chain: `shared/contract/checkpoint.ts` gives it meaning. */
export type AuditCheckpointRow = Checkpoint & {
  /** The fingerprint of the key. */
  readonly key: string
  /** DER as base64url. */
  readonly signature: string
}
