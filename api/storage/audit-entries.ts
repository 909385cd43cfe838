import { prepared } from './prepared.ts'
import type { AuditEntryRow, AuditHeadRow } from './audit-rows.ts'
import type { Db } from './schema.ts'

const COLUMNS = [
  ...(['writer', 'sequence', 'at', 'phase', 'action', 'operation', 'outcome', 'code'] as const),
  ...(['actor', 'userId', 'sessionId', 'keyId', 'digest', 'entryDigest', 'contextHash'] as const),
  ...(['previous', 'hash'] as const),
] satisfies (keyof AuditEntryRow)[]

export const insertAuditEntries = prepared(COLUMNS, (db, rows: readonly AuditEntryRow[]) =>
  db.insertInto('auditEntries').values(rows),
)

export const putAuditHeads = prepared(
  ['writer', 'sequence', 'hash', 'startedAt'],
  (db, heads: readonly AuditHeadRow[]) =>
    db
      .insertInto('auditHeads')
      .values(heads)
      .onConflict((conflict) =>
        conflict.column('writer').doUpdateSet((e) => ({
          sequence: e.ref('excluded.sequence'),
          hash: e.ref('excluded.hash'),
        })),
      ),
)

/** Where the writer's chain stands, or null when nothing of it was written. */
export async function findAuditHead(
  db: Db,
  writer: string,
): Promise<Pick<AuditHeadRow, 'sequence' | 'hash'> | null> {
  const query = db.selectFrom('auditHeads').select(['sequence', 'hash'])
  return (await query.where('writer', '=', writer).executeTakeFirst()) ?? null
}

/** How many operations of the user were refused with this code since `since`. */
export async function countRefusals(
  db: Db,
  userId: string,
  code: string,
  since: string,
): Promise<number> {
  const row = await db
    .selectFrom('auditEntries')
    .select((e) => e.fn.countAll().as('count'))
    .where('userId', '=', userId)
    .where('at', '>', since)
    .where('phase', '=', 'event')
    .where('action', 'in', ['unwrap', 'sign'])
    .where('code', '=', code)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** Where an intent or event stands in the order of `listOperationsOf`. */
export type AuditPlace = Pick<AuditEntryRow, 'at' | 'writer' | 'sequence'>

/** The place of one operation of the user, or null when they have no such. */
export async function findOperationOf(
  db: Db,
  userId: string,
  operation: string,
): Promise<AuditPlace | null> {
  const query = db
    .selectFrom('auditEntries')
    .select(['at', 'writer', 'sequence'])
    .where('operation', '=', operation)
    .where('userId', '=', userId)
    .where('phase', '!=', 'result')
  return (await query.executeTakeFirst()) ?? null
}

/**
 * Intents and events that concern the user, the newest first, each with the outcome of its result if there is one.
 * @param before only what is older; null for the newest
 */
export async function listOperationsOf(
  db: Db,
  userId: string,
  before: AuditPlace | null,
  limit: number,
) {
  const query = db
    .selectFrom('auditEntries as entry')
    .leftJoin('auditEntries as result', (join) =>
      join
        .onRef('result.operation', '=', 'entry.operation')
        .on('result.phase', '=', 'result')
        .on('entry.phase', '=', 'intent'),
    )
    .leftJoin('sessions', 'sessions.id', 'entry.sessionId')
    .select(['entry.at', 'entry.action', 'entry.phase', 'entry.keyId', 'sessions.device'])
    .select(['entry.operation', 'entry.outcome', 'entry.code'])
    .select(['result.outcome as resultOutcome', 'result.code as resultCode'])
    .where('entry.userId', '=', userId)
    .where('entry.phase', '!=', 'result')
    .orderBy('entry.at', 'desc')
    .orderBy('entry.writer', 'desc')
    .orderBy('entry.sequence', 'desc')
    .limit(limit)
  if (before === null) return query.execute()
  return query
    .where((e) =>
      e(
        e.refTuple('entry.at', 'entry.writer', 'entry.sequence'),
        '<',
        e.tuple(before.at, before.writer, before.sequence),
      ),
    )
    .execute()
}

/** A writer's chain as far as it was written. */
export type AuditChain = Pick<AuditHeadRow, 'writer' | 'sequence' | 'hash'>

/** The chains' heads, the oldest writer first. */
export async function listAuditChains(db: Db): Promise<AuditChain[]> {
  return db
    .selectFrom('auditHeads')
    .select(['writer', 'sequence', 'hash'])
    .orderBy('startedAt')
    .orderBy('writer')
    .execute()
}

/** Up to `limit` entries of the writer after `after`, none beyond `upTo`, in their order. */
export async function readChain(
  db: Db,
  writer: string,
  after: number,
  upTo: number,
  limit: number,
): Promise<AuditEntryRow[]> {
  return db
    .selectFrom('auditEntries')
    .selectAll()
    .where('writer', '=', writer)
    .where('sequence', '>', after)
    .where('sequence', '<=', upTo)
    .orderBy('sequence')
    .limit(limit)
    .execute()
}

/** An entry that no chain reaches: its writer is unknown, or its number is beyond the head or below 0. */
export async function findEntryBeyondHead(
  db: Db,
): Promise<Pick<AuditEntryRow, 'writer' | 'sequence'> | null> {
  const row = await db
    .selectFrom('auditEntries as entry')
    .leftJoin('auditHeads as head', 'head.writer', 'entry.writer')
    .select(['entry.writer', 'entry.sequence'])
    .where((e) =>
      e.or([
        e('head.writer', 'is', null),
        e('entry.sequence', '>', e.ref('head.sequence')),
        e('entry.sequence', '<', 0),
      ]),
    )
    .orderBy('entry.writer')
    .orderBy('entry.sequence')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** Intents without a result: "outcome unknown". */
export async function countUnknownOutcomes(db: Db): Promise<number> {
  const row = await db
    .selectFrom('auditEntries as intent')
    .select((e) => e.fn.countAll().as('count'))
    .where('intent.phase', '=', 'intent')
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('auditEntries as result')
            .select('result.operation')
            .whereRef('result.operation', '=', 'intent.operation')
            .where('result.phase', '=', 'result'),
        ),
      ),
    )
    .executeTakeFirstOrThrow()
  return Number(row.count)
}
