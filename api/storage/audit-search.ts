import type { ExpressionBuilder } from 'kysely'
import type { AuditPlace } from './audit-entries.ts'
import type { AuditAction, AuditEntryRow, AuditOutcome } from './audit-rows.ts'
import type { Db, Schema } from './schema.ts'

/** Which entries; what is absent does not matter. `since` and `until` are ISO 8601 in UTC and both included. */
export type AuditFilter = {
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly userId?: string | undefined
  readonly keyId?: string | undefined
  readonly sessionId?: string | undefined
  readonly operation?: string | undefined
  readonly code?: string | undefined
  readonly action?: string | undefined
  readonly outcome?: string | undefined
}

/** The place of an entry in the order of time, or null when there is no such entry. */
export async function findAuditPlace(
  db: Db,
  writer: string,
  sequence: number,
): Promise<AuditPlace | null> {
  const query = db
    .selectFrom('auditEntries')
    .select(['at', 'writer', 'sequence'])
    .where('writer', '=', writer)
    .where('sequence', '=', sequence)
  return (await query.executeTakeFirst()) ?? null
}

/** Entries in the order of time, the oldest first. @param after only what comes later; null for the first */
export async function readAuditForward(
  db: Db,
  filter: AuditFilter,
  after: AuditPlace | null,
  limit: number,
): Promise<AuditEntryRow[]> {
  const query = filtered(db, filter).orderBy('at').orderBy('writer').orderBy('sequence')
  if (after === null) return query.limit(limit).execute()
  return query
    .where((e) => e(e.refTuple('at', 'writer', 'sequence'), '>', tupleOf(e, after)))
    .limit(limit)
    .execute()
}

/** The same, the newest first. @param before only what is older; null for the newest */
export async function readAuditBackward(
  db: Db,
  filter: AuditFilter,
  before: AuditPlace | null,
  limit: number,
): Promise<AuditEntryRow[]> {
  const query = filtered(db, filter)
    .orderBy('at', 'desc')
    .orderBy('writer', 'desc')
    .orderBy('sequence', 'desc')
  if (before === null) return query.limit(limit).execute()
  return query
    .where((e) => e(e.refTuple('at', 'writer', 'sequence'), '<', tupleOf(e, before)))
    .limit(limit)
    .execute()
}

function tupleOf(
  e: ExpressionBuilder<Schema, 'auditEntries'>,
  { at, writer, sequence }: AuditPlace,
) {
  return e.tuple(at, writer, sequence)
}

function filtered(db: Db, filter: AuditFilter) {
  const { since, until, userId, keyId, sessionId, operation, code, action, outcome } = filter
  let query = db.selectFrom('auditEntries').selectAll()
  if (since !== undefined) query = query.where('at', '>=', since)
  if (until !== undefined) query = query.where('at', '<=', until)
  if (userId !== undefined) query = query.where('userId', '=', userId)
  if (keyId !== undefined) query = query.where('keyId', '=', keyId)
  if (sessionId !== undefined) query = query.where('sessionId', '=', sessionId)
  if (operation !== undefined) query = query.where('operation', '=', operation)
  if (code !== undefined) query = query.where('code', '=', code)
  if (action !== undefined) query = query.where('action', '=', action as AuditAction)
  if (outcome !== undefined) query = query.where('outcome', '=', outcome as AuditOutcome)
  return query
}
