import type { Db, RepeatRow } from './schema.ts'

/** The call of this name, unless it is too long ago. */
export async function findRepeat(db: Db, name: string, now: string): Promise<RepeatRow | null> {
  const query = db.selectFrom('repeats').selectAll().where('name', '=', name)
  return (await query.where('expiresAt', '>', now).executeTakeFirst()) ?? null
}

/**
 * Adds calls; what is too old goes, so that the table is bounded by what comes in its time.
 * @returns how many were added: there can be one of each name
 */
export async function insertRepeats(
  db: Db,
  rows: readonly RepeatRow[],
  now: string,
): Promise<number> {
  await db.deleteFrom('repeats').where('expiresAt', '<=', now).execute()
  const result = await db
    .insertInto('repeats')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows)
}

export async function answerRepeat(
  db: Db,
  name: string,
  answer: Pick<RepeatRow, 'status' | 'body'>,
): Promise<void> {
  await db.updateTable('repeats').set(answer).where('name', '=', name).execute()
}

export async function deleteRepeat(db: Db, name: string): Promise<void> {
  await db.deleteFrom('repeats').where('name', '=', name).execute()
}
