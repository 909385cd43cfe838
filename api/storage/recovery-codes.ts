import type { Db, RecoveryCodeRow } from './schema.ts'

/** Puts these in the place of all that the user had. */
export async function replaceRecoveryCodes(
  db: Db,
  userId: string,
  codes: readonly RecoveryCodeRow[],
): Promise<void> {
  await db.deleteFrom('recoveryCodes').where('userId', '=', userId).execute()
  if (codes.length > 0) await db.insertInto('recoveryCodes').values(codes).execute()
}

/** @returns false when the user has no such code, or none any more */
export async function spendRecoveryCode(db: Db, userId: string, hash: string): Promise<boolean> {
  const result = await db
    .deleteFrom('recoveryCodes')
    .where('userId', '=', userId)
    .where('hash', '=', hash)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}

/** How many are left. */
export async function countRecoveryCodes(db: Db, userId: string): Promise<number> {
  const row = await db
    .selectFrom('recoveryCodes')
    .select((e) => e.fn.countAll().as('count'))
    .where('userId', '=', userId)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}
