import type { Db, IdentityRow } from './schema.ts'

export async function findIdentity(
  db: Db,
  { issuer, subject }: Pick<IdentityRow, 'issuer' | 'subject'>,
): Promise<IdentityRow | null> {
  const query = db.selectFrom('identities').selectAll().where('issuer', '=', issuer)
  return (await query.where('subject', '=', subject).executeTakeFirst()) ?? null
}

/** The user's accounts, at whatever provider. */
export async function listIdentities(db: Db, userId: string): Promise<IdentityRow[]> {
  return db.selectFrom('identities').selectAll().where('userId', '=', userId).execute()
}

export async function insertIdentity(db: Db, identity: IdentityRow): Promise<void> {
  await db.insertInto('identities').values(identity).execute()
}
