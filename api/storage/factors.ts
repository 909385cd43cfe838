import type { CodeFactorRow, Db } from './schema.ts'

export async function insertFactor(db: Db, factor: CodeFactorRow): Promise<void> {
  await db.insertInto('factors').values(factor).execute()
}

/** The user's one-time-code factors, the oldest first. */
export async function listFactors(db: Db, userId: string): Promise<CodeFactorRow[]> {
  return db
    .selectFrom('factors')
    .selectAll()
    .where('userId', '=', userId)
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
}

export async function deleteFactor(db: Db, id: string): Promise<void> {
  await db.deleteFrom('factors').where('id', '=', id).execute()
}

/** Where a code stands: a factor whose counter is at most `atMost` still takes it, and stands at `counter` then. */
export type CodePlace = { readonly atMost: number; readonly counter: number }

/**
 * Uses up a code: one statement that compares and sets.
 * @returns false when this code or a later one was used before, or the factor has been removed
 */
export async function spendCode(
  db: Db,
  id: string,
  { atMost, counter }: CodePlace,
  lastUsedAt: string,
): Promise<boolean> {
  const result = await db
    .updateTable('factors')
    .set({ counter, lastUsedAt })
    .where('id', '=', id)
    .where('counter', '<=', atMost)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}
