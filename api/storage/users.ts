import type { Role } from '#shared/contract/session.ts'
import { preparedForIds } from './prepared.ts'
import type { Db, UserRow } from './schema.ts'

/** @returns whether it was added; a username or address that is taken stays with who has it */
export async function insertUser(db: Db, user: UserRow): Promise<boolean> {
  const result = await db
    .insertInto('users')
    .values(user)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

const byId = preparedForIds((db, ids) => db.selectFrom('users').selectAll().where('id', 'in', ids))

export async function findUser(db: Db, id: string): Promise<UserRow | null> {
  const [user] = await byId(db, [id])
  return user ?? null
}

/** @param username in lower case */
export async function findUserByName(db: Db, username: string): Promise<UserRow | null> {
  const query = db.selectFrom('users').selectAll().where('username', '=', username)
  return (await query.executeTakeFirst()) ?? null
}

/** @param address in lower case */
export async function findUserByAddress(db: Db, address: string): Promise<UserRow | null> {
  const query = db.selectFrom('users').selectAll().where('address', '=', address)
  return (await query.executeTakeFirst()) ?? null
}

export async function listUsers(db: Db): Promise<UserRow[]> {
  return db.selectFrom('users').selectAll().orderBy('username').execute()
}

/** Usernames by id, of those that are there. */
export async function listUsernames(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('users')
    .select(['id', 'username'])
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map(({ id, username }) => [id, username]))
}

export async function setPasswordHash(db: Db, id: string, passwordHash: string): Promise<void> {
  await db.updateTable('users').set({ passwordHash }).where('id', '=', id).execute()
}

export function rolesOf(user: UserRow): Role[] {
  return user.roles.split(' ').filter((role) => role === 'admin' || role === 'auditor')
}

/** Who administrates now, by username. */
export async function listAdministrators(db: Db): Promise<UserRow[]> {
  return (await listUsers(db)).filter(isAdministrator)
}

export function isAdministrator(user: UserRow): boolean {
  return user.status === 'active' && rolesOf(user).includes('admin')
}

export async function updateUser(
  db: Db,
  id: string,
  values: Partial<Pick<UserRow, 'roles' | 'status' | 'passwordHash'>>,
): Promise<void> {
  await db.updateTable('users').set(values).where('id', '=', id).execute()
}
