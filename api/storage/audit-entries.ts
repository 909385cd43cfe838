import type { Db } from './schema.ts'

export type AuditPhase = 'intent' | 'result' | 'event'
export type AuditOutcome = 'done' | 'refused' | 'failed'
export type AuditAction =
  | 'sign-in'
  | 'sign-out'
  | 'unwrap'
  | 'sign'
  | 'key-created'
  | 'key-switched-off'
  | 'key-switched-on'
  | 'user-created'
  | 'password-set'
  | 'totp-enrolled'
  | 'anchor-added'
  | 'authority-created'

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

export async function insertAuditEntries(db: Db, rows: readonly AuditEntryRow[]): Promise<void> {
  await db.insertInto('auditEntries').values(rows).execute()
}

export async function putAuditHead(db: Db, head: AuditHeadRow): Promise<void> {
  await db
    .insertInto('auditHeads')
    .values(head)
    .onConflict((conflict) =>
      conflict.column('writer').doUpdateSet({ sequence: head.sequence, hash: head.hash }),
    )
    .execute()
}

/** How many operations with the key were let through since `since`, and when the first of them was. */
export async function countIntents(
  db: Db,
  keyId: string,
  since: string,
): Promise<{ count: number; first: string | null }> {
  const row = await db
    .selectFrom('auditEntries')
    .select((e) => [e.fn.countAll().as('count'), e.fn.min('at').as('first')])
    .where('keyId', '=', keyId)
    .where('phase', '=', 'intent')
    .where('action', 'in', ['unwrap', 'sign'])
    .where('at', '>', since)
    .executeTakeFirstOrThrow()
  return { count: Number(row.count), first: row.first }
}

/** Intents and events that concern the user, the newest first, each with the outcome of its result if there is one. */
export async function listOperationsOf(db: Db, userId: string, limit: number) {
  return db
    .selectFrom('auditEntries as entry')
    .leftJoin('auditEntries as result', (join) =>
      join
        .onRef('result.operation', '=', 'entry.operation')
        .on('result.phase', '=', 'result')
        .on('entry.phase', '=', 'intent'),
    )
    .leftJoin('sessions', 'sessions.id', 'entry.sessionId')
    .select(['entry.at', 'entry.action', 'entry.phase', 'entry.keyId', 'sessions.device'])
    .select(['entry.outcome', 'entry.code'])
    .select(['result.outcome as resultOutcome', 'result.code as resultCode'])
    .where('entry.userId', '=', userId)
    .where('entry.phase', '!=', 'result')
    .orderBy('entry.at', 'desc')
    .orderBy('entry.sequence', 'desc')
    .limit(limit)
    .execute()
}
