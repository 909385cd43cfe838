import type { User } from '#shared/contract/admin/users.ts'
import { listOwnedKeys } from '../../storage/keys.ts'
import { countRecoveryCodes } from '../../storage/recovery-codes.ts'
import type { Db, KeyRow, UserRow } from '../../storage/schema.ts'
import { listUsers, rolesOf } from '../../storage/users.ts'
import { listOwnFactors } from '../auth/factors/own-factors.ts'
import { isOff } from './switch-key.ts'

/** Everybody, removed people too, by username. */
export async function describeUsers(db: Db): Promise<User[]> {
  const keys = Map.groupBy(await listOwnedKeys(db), ({ userId }) => userId)
  const users = await listUsers(db)
  return Promise.all(users.map((user) => describe(db, user, keys.get(user.id) ?? [])))
}

/** One of them, as an administrator sees them. */
export async function describeUser(db: Db, user: UserRow): Promise<User> {
  return describe(db, user, await listOwnedKeys(db, { username: user.username }))
}

async function describe(db: Db, user: UserRow, keys: readonly KeyRow[]): Promise<User> {
  const { id, username, name, address, status, createdAt, passwordHash } = user
  const factors = (await listOwnFactors(db, id)).map(({ kind, name, lastUsedAt }) => {
    return { kind, name, lastUsedAt }
  })
  return {
    ...{ id, username, name, address, status, createdAt, factors },
    roles: rolesOf(user),
    hasPassword: passwordHash !== null,
    recoveryCodes: await countRecoveryCodes(db, id),
    keys: { all: keys.length, off: keys.filter(isOff).length },
  }
}
