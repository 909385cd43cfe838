import type { AuditEntryRow, AuditHeadRow, Db } from './schema.ts'

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
