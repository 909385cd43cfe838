import type { EnrolRequest } from '#shared/contract/enrolment.ts'
import { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import { findEnrolment, spendEnrolment } from '../../storage/enrolments.ts'
import { insertFactor } from '../../storage/factors.ts'
import type { Db, UserRow } from '../../storage/schema.ts'
import { findUserByName, setPasswordHash } from '../../storage/users.ts'
import { sealFactor } from '../auth/factors/new-factor.ts'
import { newSeed, otpauthUri } from '../auth/one-time-code.ts'
import { requireLength } from '../auth/password-length.ts'
import { hashInTurn } from '../auth/password-step.ts'
import { countAttempt, forgiveAttempts } from '../auth/throttle.ts'
import type { KeyServiceDeps } from '../service.ts'
import { hashEnrolmentCode } from './enrolment-code.ts'

/**
 * The user sets a password and an authenticator app with the code that they were handed. The answer is the only time
 * that the seed is seen.
 * @throws PosternError `request/malformed` for a password that is too short, `factor/rejected`, the same for unknown users and wrong codes, `factor/locked`, `quota/exceeded`
 * when too many passwords come at once, `hsm/unavailable`
 */
export async function enrol(
  deps: KeyServiceDeps,
  asked: EnrolRequest,
): Promise<{ seed: string; uri: string }> {
  await requireLength(deps.db, asked.password)
  const username = asked.username.normalize('NFC').trim().toLowerCase()
  const guarded = { factor: 'enrolment', username } as const
  await countAttempt(deps.journal, guarded)
  const user = await findEnrolling(deps.db, deps.clock(), username, asked.code)
  if (user === null) throw rejected()
  const passwordHash = await hashInTurn(asked.password)
  const seed = newSeed()
  const app = { kind: 'totp', name: 'Authenticator app', seed, counter: 0, digits: 6 } as const
  const factor = await sealFactor(deps.hsm, user, app)
  const isDone = await deps.journal.write(async (tx, append, now) => {
    if (!(await spendEnrolment(tx, user.id, hashEnrolmentCode(user.id, asked.code)))) return false
    await forgiveAttempts(tx, guarded)
    await setPasswordHash(tx, user.id, passwordHash)
    await insertFactor(tx, { ...factor, createdAt: instant(now) })
    for (const action of ['password-set', 'factor-added'] as const) {
      append({ phase: 'event', action, operation: randomId(), outcome: 'done', userId: user.id })
    }
    return true
  })
  if (!isDone) throw rejected()
  return { seed, uri: otpauthUri(seed, user.username) }
}

/** Whose code it is, if it is good now. */
async function findEnrolling(
  db: Db,
  now: Date,
  username: string,
  code: string,
): Promise<UserRow | null> {
  const user = await findUserByName(db, username)
  const waiting = user?.status === 'active' ? await findEnrolment(db, user.id) : null
  if (user === null || waiting === null) return null
  const isRight = waiting.codeHash === hashEnrolmentCode(user.id, code)
  return isRight && waiting.expiresAt > instant(now) ? user : null
}

function rejected(): PosternError {
  return new PosternError('factor/rejected', 'This code is wrong, was used, or its time is over.')
}
