import type { AuthorityRow, Db } from './schema.ts'

export async function insertAuthority(db: Db, authority: AuthorityRow): Promise<void> {
  await db.insertInto('authorities').values(authority).execute()
}

export async function findAuthority(db: Db, name: string): Promise<AuthorityRow | null> {
  const query = db.selectFrom('authorities').selectAll().where('name', '=', name)
  return (await query.executeTakeFirst()) ?? null
}

/** All of them, the newest first. */
export async function listAuthorities(db: Db): Promise<AuthorityRow[]> {
  return db.selectFrom('authorities').selectAll().orderBy('createdAt', 'desc').execute()
}
