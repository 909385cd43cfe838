import type { FactorProof } from '#shared/contract/factor-proof.ts'
import { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { endSession } from '../../storage/sessions.ts'
import { findUser } from '../../storage/users.ts'
import type { SessionMeans } from '../../storage/schema.ts'
import type { KeyServiceDeps } from '../service.ts'
import type { Caller } from './caller.ts'
import { checkFactor } from './factors/check-factor.ts'
import { openFullSession } from './open-session.ts'
import { newSecret } from './session-secret.ts'

/**
 * The second factor. The half session ends, and a new one with a new id and a new secret takes its place.
 * @throws PosternError `factor/rejected`, `factor/locked`, `policy/denied`, `hsm/unavailable`
 */
export async function factorStep(
  deps: KeyServiceDeps,
  { session: half, times }: Pick<Caller, 'session' | 'times'>,
  proof: FactorProof,
): Promise<{ secret: string; caller: Caller }> {
  const user = await findUser(deps.db, half.userId)
  if (user?.status !== 'active') throw new PosternError('session/required', 'Please sign in.')
  const { secret, secretHash } = newSecret()
  const means = [half.means as SessionMeans, proof.kind]
  const fresh = { user, secretHash, device: half.device, means }
  const shown = { user, session: half, action: 'sign-in', proof } as const
  const session = await checkFactor(deps, shown, async (tx, append, now) => {
    if ((await findUser(tx, user.id))?.status !== 'active') return null
    if (!(await endSession(tx, half.id, instant(now)))) return null
    return openFullSession(tx, append, now, fresh, times)
  })
  return { secret, caller: { user, session, times } }
}
