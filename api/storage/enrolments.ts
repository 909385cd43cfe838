import type { Db, EnrolmentRow } from './schema.ts'

/** One for each user: a newer one takes the place of the one before. */
export async function putEnrolment(db: Db, row: EnrolmentRow): Promise<void> {
  const { userId, ...code } = row
  await db
    .insertInto('enrolments')
    .values({ userId, ...code })
    .onConflict((conflict) => conflict.column('userId').doUpdateSet(code))
    .execute()
}

export async function findEnrolment(db: Db, userId: string): Promise<EnrolmentRow | null> {
  const query = db.selectFrom('enrolments').selectAll().where('userId', '=', userId)
  return (await query.executeTakeFirst()) ?? null
}

/** @returns false when the user has no such code, or none any more */
export async function spendEnrolment(db: Db, userId: string, codeHash: string): Promise<boolean> {
  const result = await db
    .deleteFrom('enrolments')
    .where('userId', '=', userId)
    .where('codeHash', '=', codeHash)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}

export async function deleteEnrolment(db: Db, userId: string): Promise<void> {
  await db.deleteFrom('enrolments').where('userId', '=', userId).execute()
}
