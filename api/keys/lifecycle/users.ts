import { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import { findUserByName, insertUser, setPasswordHash } from '../../storage/users.ts'
import type { Role, UserRow } from '../../storage/schema.ts'
import { hashPassword } from '../auth/password.ts'
import type { Records } from '../records.ts'

const USERNAME = /^[a-z0-9][a-z0-9._-]{0,63}$/
const LEAST_PASSWORD = 8 // NIST SP 800-63B §5.1.1.2

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
 * @throws PosternError `config/invalid` for a username of another form, or one that is taken (or its address is)
 */
export async function createUser({ db, journal }: Records, user: NewUser): Promise<UserRow> {
  const username = user.username.toLowerCase()
  const address = user.address.toLowerCase()
  if (!USERNAME.test(username)) {
    throw new PosternError('config/invalid', `"${user.username}" cannot be a username.`)
  }
  const id = randomId()
  const roles = [...user.roles].sort().join(' ')
  await journal.write(async (tx, append, now) => {
    const row = { id, username, name: user.name, address, roles, passwordHash: null }
    if (!(await insertUser(tx, { ...row, createdAt: instant(now) }))) return
    append({ ...event('user-created'), userId: id })
  })
  const found = await findUserByName(db, username)
  if (found?.address === address) return found
  throw new PosternError('config/invalid', `The username ${username} or ${address} is taken.`)
}

/**
 * Sets the user's password; open sessions stay open.
 * @throws PosternError `config/invalid` when it is shorter than 8 characters
 */
export async function setPassword(
  { journal }: Records,
  user: UserRow,
  password: string,
): Promise<void> {
  const passwordHash = await hashPassword(acceptablePassword(password))
  await journal.write(async (tx, append) => {
    await setPasswordHash(tx, user.id, passwordHash)
    append({ ...event('password-set'), userId: user.id })
  })
}

/** @throws PosternError `config/invalid` when it is too short */
export function acceptablePassword(password: string): string {
  if (password.length >= LEAST_PASSWORD) return password
  throw new PosternError('config/invalid', `A password has at least ${LEAST_PASSWORD} characters.`)
}

function event(action: 'user-created' | 'password-set') {
  return { phase: 'event', action, operation: randomId(), outcome: 'done' } as const
}
