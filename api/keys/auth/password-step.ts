import { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import { findSessionBySecret, forgetSessionsBefore, insertSession } from '../../storage/sessions.ts'
import { findTotpSeed } from '../../storage/totp-seeds.ts'
import { findUserByName } from '../../storage/users.ts'
import type { UserRow } from '../../storage/schema.ts'
import type { KeyServiceDeps } from '../service.ts'
import { verifyPassword } from './password.ts'
import { newSecret } from './session-secret.ts'
import { FACTOR_SECONDS } from './session-times.ts'
import { endOnRecord } from './sign-out.ts'
import { countAttempt, forgiveAttempts, type Guarded } from './throttle.ts'

const SESSIONS_KEPT = 30 * 24 * 3600 // past ones give the devices in the activity their names

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
 * @throws PosternError `factor/rejected`, `factor/locked`, `policy/denied` for a user without a second factor
 */
export async function passwordStep(
  deps: KeyServiceDeps,
  attempt: PasswordAttempt,
): Promise<{ secret: string; factors: ['totp'] }> {
  const username = attempt.username.normalize('NFC').trim().toLowerCase()
  const guarded: Guarded = { factor: 'password', username }
  await countAttempt(deps.journal, guarded)
  const user = await findUserByName(deps.db, username)
  const matches = await verifyPassword(user?.passwordHash ?? null, attempt.password)
  if (user === null || !matches) {
    return refuse(deps, user, new PosternError('factor/rejected', 'Wrong name or password.'))
  }
  if ((await findTotpSeed(deps.db, user.id)) === null) {
    const reason = 'Your account has no second factor yet. Ask your administrator.'
    return refuse(deps, user, new PosternError('policy/denied', reason))
  }
  return { secret: await openHalfSession(deps, user, guarded, attempt), factors: ['totp'] }
}

async function refuse(
  { journal }: KeyServiceDeps,
  user: UserRow | null,
  error: PosternError,
): Promise<never> {
  await journal.write((_tx, append) => {
    append({
      phase: 'event',
      action: 'sign-in',
      operation: randomId(),
      outcome: 'refused',
      code: error.code,
      userId: user?.id ?? null,
    })
    return Promise.resolve()
  })
  throw error
}

async function openHalfSession(
  { journal }: KeyServiceDeps,
  user: UserRow,
  guarded: Guarded,
  { device, presented }: PasswordAttempt,
): Promise<string> {
  const { secret, secretHash } = newSecret()
  const id = randomId()
  await journal.write(async (tx, append, now) => {
    await forgiveAttempts(tx, guarded)
    await forgetSessionsBefore(tx, instant(now, -SESSIONS_KEPT))
    const left = presented === null ? null : await findSessionBySecret(tx, presented)
    if (left !== null) await endOnRecord(tx, append, now, left)
    await insertSession(tx, {
      id,
      secretHash,
      userId: user.id,
      device,
      stage: 'password',
      createdAt: instant(now),
      lastSeenAt: instant(now),
      absoluteExpiresAt: instant(now, FACTOR_SECONDS),
      endedAt: null,
    })
  })
  return secret
}
