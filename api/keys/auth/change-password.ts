import type { ChangePasswordRequest } from '#shared/contract/session.ts'
import { PosternError } from '#shared/errors.ts'
import { randomId } from '../../random-id.ts'
import { listSessions } from '../../storage/sessions.ts'
import { setPasswordHash } from '../../storage/users.ts'
import type { KeyServiceDeps } from '../service.ts'
import type { Caller } from './caller.ts'
import { checkFactor } from './factors/check-factor.ts'
import { requireLength } from './password-length.ts'
import { checkPassword, hashInTurn } from './password-step.ts'
import { endOnRecord } from './sign-out.ts'
import { forgiveAttempts, type Guarded } from './throttle.ts'

/**
 * Changes the user's password, for the present one and a factor that is shown now. Their other sessions end: who
 * knew the old password may have opened one.
 * @throws PosternError `quota/exceeded` when too many passwords come at once, and as `checkFactor`
 */
export async function changePassword(
  deps: KeyServiceDeps,
  caller: Caller,
  { current, password, proof }: ChangePasswordRequest,
): Promise<void> {
  const { user, session } = caller
  await requireLength(deps.db, password)
  const guarded: Guarded = { factor: 'password', username: user.username }
  const whose = { userId: user.id, sessionId: session.id }
  if (!(await checkPassword(deps, guarded, current)).matches) {
    await deps.journal.write((_tx, append) => {
      const refused = { outcome: 'refused', code: 'factor/rejected' } as const
      append({ ...whose, ...event(), ...refused })
      return Promise.resolve()
    })
    throw new PosternError('factor/rejected', 'This is not your present password.')
  }
  const passwordHash = await hashInTurn(password)
  await checkFactor(deps, { ...caller, action: 'password-set', proof }, async (tx, append, now) => {
    await forgiveAttempts(tx, guarded)
    await setPasswordHash(tx, user.id, passwordHash)
    for (const other of await listSessions(tx, user.id)) {
      if (other.id !== session.id) await endOnRecord(tx, append, now, other)
    }
    append({ ...whose, ...event() })
    return true
  })
}

function event() {
  const operation = randomId()
  return { phase: 'event', action: 'password-set', operation, outcome: 'done' } as const
}
