import type { Db, RushRow } from './schema.ts'

/** Whether the user had as many operations, or more, within ten minutes since that time. */
export async function hadRush(
  db: Db,
  { userId, size }: Pick<RushRow, 'userId' | 'size'>,
  since: string,
): Promise<boolean> {
  const query = db.selectFrom('rushes').select('size').where('userId', '=', userId)
  const row = await query.where('size', '>=', size).where('lastAt', '>', since).executeTakeFirst()
  return row !== undefined
}

export async function putRush(db: Db, row: RushRow): Promise<void> {
  const { lastAt } = row
  await db
    .insertInto('rushes')
    .values(row)
    .onConflict((conflict) => conflict.columns(['userId', 'size']).doUpdateSet({ lastAt }))
    .execute()
}
