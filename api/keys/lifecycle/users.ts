import { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import { findUserByName, insertUser, setPasswordHash, updateUser } from '../../storage/users.ts'
import type { Role } from '#shared/contract/session.ts'
import type { Db, UserRow } from '../../storage/schema.ts'
import type { Append } from '../audit/journal.ts'
import { requireLength } from '../auth/password-length.ts'
import { hashPassword } from '../auth/password.ts'
import type { Records } from '../records.ts'

const USERNAME = /^[a-z0-9][a-z0-9._-]{0,63}$/

/** A person of the company, as an administrator enters them. */
export type NewUser = {
  readonly username: string
  readonly name: string
  readonly address: string
  readonly roles: readonly Role[]
}

/**
 * Adds a user. Asked again for the same username and address, answers who is there: a set-up that was
 * interrupted can simply run again.
 * @param actor who does it, for the audit; null for the set-up
 * @throws PosternError `config/invalid` for a username of another form, `user/taken`
 */
export async function createUser(
  { journal }: Records,
  user: NewUser,
  actor: string | null = null,
): Promise<UserRow> {
  return journal.write(async (tx, append, now) => {
    const added = await addUser(tx, append, now, user, actor)
    return added.user
  })
}

/**
 * The same inside a transaction. Who was removed comes back by both being the same: with nothing to sign in with, and
 * their old keys switched off. Nobody else ever gets a name or an address that is on record.
 */
export async function addUser(
  tx: Db,
  append: Append,
  now: Date,
  wanted: NewUser,
  actor: string | null,
): Promise<{ readonly user: UserRow; readonly isNew: boolean }> {
  const username = wanted.username.toLowerCase()
  const address = wanted.address.toLowerCase()
  if (!USERNAME.test(username)) {
    throw new PosternError('config/invalid', `"${wanted.username}" cannot be a username.`)
  }
  const roles = [...wanted.roles].sort().join(' ')
  const fresh = { roles, passwordHash: null, status: 'active' } as const
  const row = { id: randomId(), username, name: wanted.name, address, createdAt: instant(now) }
  const isInserted = await insertUser(tx, { ...row, ...fresh })
  const found = await findUserByName(tx, username)
  if (found?.address !== address) {
    throw new PosternError('user/taken', `The username ${username} or ${address} is taken.`)
  }
  if (!isInserted && found.status === 'active') return { user: found, isNew: false }
  if (!isInserted) await updateUser(tx, found.id, fresh)
  append({ ...event('user-created'), userId: found.id, actor })
  return { user: { ...found, ...fresh }, isNew: true }
}

/**
 * Sets the user's password; open sessions stay open.
 * @throws PosternError `request/malformed` when it is shorter than the company wants it, which is 8 characters at least
 */
export async function setPassword(
  { db, journal }: Records,
  user: UserRow,
  password: string,
): Promise<void> {
  await requireLength(db, password)
  const passwordHash = await hashPassword(password)
  await journal.write(async (tx, append) => {
    await setPasswordHash(tx, user.id, passwordHash)
    append({ ...event('password-set'), userId: user.id })
  })
}

function event(action: 'user-created' | 'password-set') {
  return { phase: 'event', action, operation: randomId(), outcome: 'done' } as const
}
