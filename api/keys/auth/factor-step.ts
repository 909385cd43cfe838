import type { FactorProof } from '#shared/contract/factor-proof.ts'
import { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import { endSession, insertSession } from '../../storage/sessions.ts'
import { findUser } from '../../storage/users.ts'
import type { SessionRow } from '../../storage/schema.ts'
import type { KeyServiceDeps } from '../service.ts'
import type { Caller } from './caller.ts'
import { checkFactor } from './factors/check-factor.ts'
import { newSecret } from './session-secret.ts'

/**
 * The second factor. The half session ends, and a new one with a new id and a new secret takes its place.
 * @throws PosternError `factor/rejected`, `factor/locked`, `hsm/unavailable`
 */
export async function factorStep(
  deps: KeyServiceDeps,
  half: SessionRow,
  proof: FactorProof,
): Promise<{ secret: string; caller: Caller }> {
  const user = await findUser(deps.db, half.userId)
  if (user?.status !== 'active') throw new PosternError('session/required', 'Please sign in.')
  const { secret, secretHash } = newSecret()
  const id = randomId()
  const shown = { user, session: half, action: 'sign-in', proof } as const
  const session = await checkFactor(deps, shown, async (tx, append, now) => {
    if ((await findUser(tx, user.id))?.status !== 'active') return null
    if (!(await endSession(tx, half.id, instant(now)))) return null
    const fresh: SessionRow = {
      id,
      secretHash,
      userId: user.id,
      device: half.device,
      stage: 'full',
      createdAt: instant(now),
      lastSeenAt: instant(now),
      absoluteExpiresAt: instant(now, deps.session.absoluteSeconds),
      endedAt: null,
    }
    await insertSession(tx, fresh)
    const operation = randomId()
    const whose = { userId: user.id, sessionId: id }
    append({ ...whose, phase: 'event', action: 'sign-in', operation, outcome: 'done' })
    return fresh
  })
  return { secret, caller: { user, session } }
}
