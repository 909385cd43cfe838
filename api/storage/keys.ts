import type { KeyStatus } from '#shared/contract/keys.ts'
import { preparedForIds } from './prepared.ts'
import type { Db, KeyRow } from './schema.ts'

export async function insertKey(db: Db, key: KeyRow): Promise<void> {
  await db.insertInto('keys').values(key).execute()
}

export async function findKey(db: Db, id: string): Promise<KeyRow | null> {
  return (await db.selectFrom('keys').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

/** Those of the ids that there are. */
export const listKeysById = preparedForIds((db, ids) =>
  db.selectFrom('keys').selectAll().where('id', 'in', ids),
)

/** Present and past keys of the user, the newest first. */
export async function listKeys(db: Db, userId: string): Promise<KeyRow[]> {
  return db
    .selectFrom('keys')
    .selectAll()
    .where('userId', '=', userId)
    .orderBy('createdAt', 'desc')
    .orderBy('id')
    .execute()
}

/** @returns false when the key was not in the status `from` */
export async function changeKeyStatus(
  db: Db,
  id: string,
  from: KeyStatus,
  to: KeyStatus,
): Promise<boolean> {
  const result = await db
    .updateTable('keys')
    .set({ status: to })
    .where('id', '=', id)
    .where('status', '=', from)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Keys in use that mail to this address can be encrypted to, the newest first. `address` is lower case. */
export async function listEncryptionKeys(db: Db, address: string): Promise<KeyRow[]> {
  return db
    .selectFrom('keys')
    .innerJoin('users', 'users.id', 'keys.userId')
    .selectAll('keys')
    .where('users.address', '=', address)
    .where('keys.purpose', '=', 'encrypt')
    .where('keys.status', '=', 'active')
    .orderBy('keys.createdAt', 'desc')
    .orderBy('keys.id')
    .execute()
}

/** What each of these users may do with the key that may be used most. */
export const listAllowances = preparedForIds((db, userIds) =>
  db
    .selectFrom('keys')
    .select((e) => [
      'userId',
      e.fn.max('perMinute').as('perMinute'),
      e.fn.max('perDay').as('perDay'),
    ])
    .where('userId', 'in', userIds)
    .groupBy('userId'),
)

/** A key with its owner's name. */
export type OwnedKey = KeyRow & { readonly username: string }

export async function findOwnedKey(db: Db, id: string): Promise<OwnedKey | null> {
  const query = db.selectFrom('keys').innerJoin('users', 'users.id', 'keys.userId')
  const all = query.selectAll('keys').select('users.username').where('keys.id', '=', id)
  return (await all.executeTakeFirst()) ?? null
}

/** Which keys; what is absent does not matter. */
export type KeyFilter = {
  readonly username?: string | undefined
  readonly purpose?: KeyRow['purpose'] | undefined
  readonly status?: KeyStatus | undefined
}

/** Everybody's keys, by username, each one's newest first. */
export async function listOwnedKeys(db: Db, filter: KeyFilter = {}): Promise<OwnedKey[]> {
  const { username, purpose, status } = filter
  let query = db
    .selectFrom('keys')
    .innerJoin('users', 'users.id', 'keys.userId')
    .selectAll('keys')
    .select('users.username')
  if (username !== undefined) query = query.where('users.username', '=', username)
  if (purpose !== undefined) query = query.where('keys.purpose', '=', purpose)
  if (status !== undefined) query = query.where('keys.status', '=', status)
  return query
    .orderBy('users.username')
    .orderBy('keys.createdAt', 'desc')
    .orderBy('keys.id')
    .execute()
}
