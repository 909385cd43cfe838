import type { Db } from './schema.ts'

const LONGEST = 500 // of a key in many years; the audit has them all

/** What was done to any of these keys, their use apart: the newest first, with the result where there is one. */
export async function listKeyEvents(db: Db, keyIds: readonly string[]) {
  if (keyIds.length === 0) return []
  return db
    .selectFrom('auditEntries as entry')
    .leftJoin('auditEntries as result', (join) =>
      join
        .onRef('result.operation', '=', 'entry.operation')
        .on('result.phase', '=', 'result')
        .on('entry.phase', '=', 'intent'),
    )
    .select(['entry.at', 'entry.action', 'entry.phase', 'entry.keyId', 'entry.actor'])
    .select(['entry.userId', 'entry.outcome', 'entry.code'])
    .select(['result.outcome as resultOutcome', 'result.code as resultCode'])
    .where('entry.keyId', 'in', keyIds)
    .where('entry.phase', '!=', 'result')
    .where('entry.action', 'not in', ['unwrap', 'sign'])
    .orderBy('entry.at', 'desc')
    .orderBy('entry.writer', 'desc')
    .orderBy('entry.sequence', 'desc')
    .limit(LONGEST)
    .execute()
}
