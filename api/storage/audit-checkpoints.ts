import type { AuditCheckpointRow, AuditHeadRow, AuditKeyRow } from './audit-rows.ts'
import type { Db } from './schema.ts'

/** @returns false when it had been recorded already */
export async function insertAuditKey(db: Db, key: AuditKeyRow): Promise<boolean> {
  const insert = db.insertInto('auditKeys').values(key)
  const result = await insert.onConflict((conflict) => conflict.doNothing()).executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** The oldest first. */
export async function listAuditKeys(db: Db): Promise<AuditKeyRow[]> {
  const query = db.selectFrom('auditKeys').selectAll()
  return query.orderBy('createdAt').orderBy('fingerprint').execute()
}

export async function insertCheckpoint(db: Db, checkpoint: AuditCheckpointRow): Promise<void> {
  await db.insertInto('auditCheckpoints').values(checkpoint).execute()
}

export async function findLastCheckpoint(db: Db): Promise<AuditCheckpointRow | null> {
  const query = db.selectFrom('auditCheckpoints').selectAll().orderBy('number', 'desc').limit(1)
  return (await query.executeTakeFirst()) ?? null
}

/** Up to `limit` checkpoints after `after`, none beyond `upTo`, in their order. */
export async function readCheckpoints(
  db: Db,
  after: number,
  upTo: number,
  limit: number,
): Promise<AuditCheckpointRow[]> {
  return db
    .selectFrom('auditCheckpoints')
    .selectAll()
    .where('number', '>', after)
    .where('number', '<=', upTo)
    .orderBy('number')
    .limit(limit)
    .execute()
}

/** Chains whose last entry no checkpoint covers, though it was written before `before`. */
export async function listUncoveredChains(
  db: Db,
  before: string,
): Promise<Pick<AuditHeadRow, 'writer' | 'sequence' | 'hash'>[]> {
  return db
    .selectFrom('auditHeads as head')
    .innerJoin('auditEntries as entry', (join) =>
      join.onRef('entry.writer', '=', 'head.writer').onRef('entry.sequence', '=', 'head.sequence'),
    )
    .select(['head.writer', 'head.sequence', 'head.hash'])
    .where('entry.at', '<', before)
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('auditCheckpoints as checkpoint')
            .select('checkpoint.number')
            .whereRef('checkpoint.writer', '=', 'head.writer')
            .whereRef('checkpoint.sequence', '=', 'head.sequence'),
        ),
      ),
    )
    .orderBy('head.startedAt')
    .orderBy('head.writer')
    .execute()
}
