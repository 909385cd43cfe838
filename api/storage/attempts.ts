import type { AttemptRow, Db } from './schema.ts'

export async function findAttempts(db: Db, name: string): Promise<AttemptRow | null> {
  const query = db.selectFrom('attempts').selectAll().where('name', '=', name)
  return (await query.executeTakeFirst()) ?? null
}

export async function putAttempts(db: Db, row: AttemptRow): Promise<void> {
  const { name, ...counted } = row
  await db
    .insertInto('attempts')
    .values({ name, ...counted })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(counted))
    .execute()
}

export async function forgetAttempts(db: Db, name: string): Promise<void> {
  await db.deleteFrom('attempts').where('name', '=', name).execute()
}

export async function forgetAttemptsBefore(db: Db, before: string): Promise<void> {
  await db.deleteFrom('attempts').where('lastAt', '<', before).execute()
}
