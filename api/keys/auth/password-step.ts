import type { FactorKind } from '#shared/contract/factor-proof.ts'
import { PosternError } from '#shared/errors.ts'
import { Gate } from '../../gate.ts'
import { randomId } from '../../random-id.ts'
import { findUserByName } from '../../storage/users.ts'
import type { UserRow } from '../../storage/schema.ts'
import type { KeyServiceDeps } from '../service.ts'
import { allowedKindsOf } from './factors/own-factors.ts'
import { leaveSession, openHalfSession } from './open-session.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { newSecret } from './session-secret.ts'
import { readSignInPolicy, takesPasswords } from './sign-in-policy.ts'
import { countAttempt, countStranger, forgiveAttempts, type Guarded } from './throttle.ts'

/**
 * Argon2 runs on the threads of libuv, of which the process has four, and which files and WebCrypto need as
 * well: anybody can ask for it, so it gets two. The queue is a few seconds long on a slow machine.
 */
const hashing = new Gate({
  running: 2,
  waiting: 20,
  patience: 5_000,
  refuse: () =>
    new PosternError('quota/exceeded', 'Many people are signing in just now. Please try again.', {
      retryAfter: 5,
    }),
})

type PasswordAttempt = {
  readonly username: string
  readonly password: string
  readonly device: string
  /** Hash of the secret that the call came with: that session ends here. */
  readonly presented: string | null
}

/**
 * The first factor. Unknown users and wrong passwords are refused alike, and after the same time.
 * @returns the secret of a session that can do nothing but show the second factor
 * @throws PosternError `factor/rejected`, `factor/locked`, `quota/exceeded` when too many come at once,
 * `policy/denied` for a user without a second factor, and where passwords are not taken
 */
export async function passwordStep(
  deps: KeyServiceDeps,
  attempt: PasswordAttempt,
): Promise<{ secret: string; factors: FactorKind[] }> {
  const policy = await readSignInPolicy(deps.db)
  if (!takesPasswords(policy, deps.openId !== null)) {
    throw new PosternError('policy/denied', 'Your company does not take passwords here.')
  }
  const username = attempt.username.normalize('NFC').trim().toLowerCase()
  const guarded: Guarded = { factor: 'password', username }
  const { user, matches } = await checkPassword(deps, guarded, attempt.password)
  if (user === null || !matches) {
    return refuse(deps, user, new PosternError('factor/rejected', 'Wrong name or password.'))
  }
  const factors = await allowedKindsOf(deps.db, user.id, policy)
  if (factors.length === 0) {
    const reason = 'You have no second factor that your company takes. Ask your administrator.'
    return refuse(deps, user, new PosternError('policy/denied', reason))
  }
  return { secret: await openHalf(deps, user, guarded, attempt), factors }
}

/**
 * Whether it is the user's password. An attempt is counted before it is checked.
 * @throws PosternError `factor/locked`, `quota/exceeded` when too many come at once
 */
export function checkPassword(
  deps: KeyServiceDeps,
  guarded: Guarded,
  password: string,
): Promise<{ user: UserRow | null; matches: boolean }> {
  return hashing.run(() => check(deps, guarded, password))
}

/** Hashes a new password when its turn has come. Throws `quota/exceeded` as `checkPassword`. */
export function hashInTurn(password: string): Promise<string> {
  return hashing.run(() => hashPassword(password))
}

/** What is turned away at the gate has not come to here, and is not counted: a crowd locks nobody out. */
async function check(
  { db, journal }: KeyServiceDeps,
  guarded: Guarded,
  password: string,
): Promise<{ user: UserRow | null; matches: boolean }> {
  await countAttempt(journal, guarded)
  const user = await findUserByName(db, guarded.username)
  const matches = await verifyPassword(user?.passwordHash ?? null, password)
  return { user, matches: matches && user?.status === 'active' } // as slow for who was removed
}

async function refuse(
  { journal }: KeyServiceDeps,
  user: UserRow | null,
  error: PosternError,
): Promise<never> {
  await journal.write(async (tx, append, now) => {
    if (user === null && !(await countStranger(tx, now))) return
    append({
      phase: 'event',
      action: 'sign-in',
      operation: randomId(),
      outcome: 'refused',
      code: error.code,
      userId: user?.id ?? null,
    })
  })
  throw error
}

async function openHalf(
  { journal }: KeyServiceDeps,
  user: UserRow,
  guarded: Guarded,
  { device, presented }: PasswordAttempt,
): Promise<string> {
  const { secret, secretHash } = newSecret()
  await journal.write(async (tx, append, now) => {
    await forgiveAttempts(tx, guarded)
    await leaveSession(tx, append, now, presented)
    await openHalfSession(tx, { user, secretHash, device, means: ['password'] }, now)
  })
  return secret
}
