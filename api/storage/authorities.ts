import type { KeyAlgorithm } from '#shared/contract/keys.ts'
import type { Db } from './schema.ts'

/** A certificate authority whose key lies in the token. */
export type AuthorityRow = {
  readonly name: string
  readonly keyId: string
  readonly algorithm: KeyAlgorithm
  /** Its self-signed certificate: DER as base64url. */
  readonly der: string
  readonly createdAt: string
}

export async function insertAuthority(db: Db, authority: AuthorityRow): Promise<void> {
  await db.insertInto('authorities').values(authority).execute()
}

export async function findAuthority(db: Db, name: string): Promise<AuthorityRow | null> {
  const query = db.selectFrom('authorities').selectAll().where('name', '=', name)
  return (await query.executeTakeFirst()) ?? null
}
