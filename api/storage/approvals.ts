import type { ApprovalRow, Db } from './schema.ts'

export async function insertApproval(db: Db, row: ApprovalRow): Promise<void> {
  await db.insertInto('approvals').values(row).execute()
}

/** Those with one of these hashes, spent and expired ones too. */
export async function listApprovals(db: Db, hashes: readonly string[]): Promise<ApprovalRow[]> {
  if (hashes.length === 0) return []
  return db.selectFrom('approvals').selectAll().where('hash', 'in', hashes).execute()
}

/** Those of these sessions that are good for any digest, and not expired. */
export async function listOpenPeriods(
  db: Db,
  sessionIds: readonly string[],
  now: string,
): Promise<ApprovalRow[]> {
  if (sessionIds.length === 0) return []
  return db
    .selectFrom('approvals')
    .selectAll()
    .where('sessionId', 'in', sessionIds)
    .where('usesLeft', 'is', null)
    .where('expiresAt', '>', now)
    .execute()
}

/**
 * Uses up one of those that are left: one statement that compares and sets.
 * @returns false when none is left
 */
export async function spendApproval(db: Db, hash: string): Promise<boolean> {
  const result = await db
    .updateTable('approvals')
    .set((e) => ({ usesLeft: e('usesLeft', '-', 1) }))
    .where('hash', '=', hash)
    .where('usesLeft', '>', 0)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** After this, nothing that was approved for the key holds. */
export async function deleteApprovalsOfKey(db: Db, keyId: string): Promise<void> {
  await db.deleteFrom('approvals').where('keyId', '=', keyId).execute()
}

export async function forgetApprovalsBefore(db: Db, expiresAt: string): Promise<void> {
  await db.deleteFrom('approvals').where('expiresAt', '<', expiresAt).execute()
}
