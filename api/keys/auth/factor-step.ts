import { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import { endSession, insertSession } from '../../storage/sessions.ts'
import { findTotpSeed, spendTotpStep } from '../../storage/totp-seeds.ts'
import { findUser } from '../../storage/users.ts'
import type { SessionRow, TotpSeedRow, UserRow } from '../../storage/schema.ts'
import type { KeyServiceDeps } from '../service.ts'
import type { Caller } from './caller.ts'
import { matchStep } from './one-time-code.ts'
import { revealSeed } from './sealed-seed.ts'
import { newSecret } from './session-secret.ts'
import { countAttempt, forgiveAttempts } from './throttle.ts'

/**
 * The second factor: a one-time code, good for one sign-in only. The half session ends, and a new one with
 * a new id and a new secret takes its place.
 * @throws PosternError `factor/rejected`, `factor/locked`, `hsm/unavailable`
 */
export async function factorStep(
  deps: KeyServiceDeps,
  half: SessionRow,
  code: string,
): Promise<{ secret: string; caller: Caller }> {
  const user = await findUser(deps.db, half.userId)
  const seed = await findTotpSeed(deps.db, half.userId)
  if (user === null || seed === null) throw rejected()
  const text = await revealSeed(deps.hsm, user.id, seed.sealedSeed) // before the count: the token may be away
  await countAttempt(deps.journal, { factor: 'totp', username: user.username })
  const step = await matchStep(text, code, deps.clock())
  const signedIn = step === null ? null : await open(deps, { half, user, seed, step })
  if (signedIn !== null) return signedIn
  await recordRefusal(deps, half)
  throw rejected()
}

type Matched = {
  readonly half: SessionRow
  readonly user: UserRow
  readonly seed: TotpSeedRow
  readonly step: number
}

/** @returns null when the code or the half session was used before */
async function open(
  { journal, session: times }: KeyServiceDeps,
  { half, user, seed, step }: Matched,
): Promise<{ secret: string; caller: Caller } | null> {
  const { secret, secretHash } = newSecret()
  const id = randomId()
  const session = await journal.write(async (tx, append, now) => {
    if (!(await spendTotpStep(tx, seed, step))) return null
    if (!(await endSession(tx, half.id, instant(now)))) return null
    await forgiveAttempts(tx, { factor: 'totp', username: user.username })
    const fresh: SessionRow = {
      id,
      secretHash,
      userId: user.id,
      device: half.device,
      stage: 'full',
      createdAt: instant(now),
      lastSeenAt: instant(now),
      absoluteExpiresAt: instant(now, times.absoluteSeconds),
      endedAt: null,
    }
    await insertSession(tx, fresh)
    append({ ...signInEvent(fresh), outcome: 'done' })
    return fresh
  })
  return session === null ? null : { secret, caller: { user, session } }
}

async function recordRefusal({ journal }: KeyServiceDeps, half: SessionRow): Promise<void> {
  await journal.write((_tx, append) => {
    append({ ...signInEvent(half), outcome: 'refused', code: 'factor/rejected' })
    return Promise.resolve()
  })
}

function signInEvent({ id, userId }: SessionRow) {
  return {
    phase: 'event',
    action: 'sign-in',
    operation: randomId(),
    userId,
    sessionId: id,
  } as const
}

function rejected(): PosternError {
  return new PosternError('factor/rejected', 'Wrong code, or one that was used before.')
}
