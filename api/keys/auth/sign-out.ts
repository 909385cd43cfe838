import { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import { endSession, findSession } from '../../storage/sessions.ts'
import type { Db, SessionRow } from '../../storage/schema.ts'
import type { Append } from '../audit/journal.ts'
import type { KeyServiceDeps } from '../service.ts'
import type { Caller } from './caller.ts'

/** Ends the session. */
export async function signOut({ journal }: KeyServiceDeps, session: SessionRow): Promise<void> {
  await journal.write((tx, append, now) => endOnRecord(tx, append, now, session))
}

/**
 * Ends the session inside a transaction. The audit says so once, even when it was asked twice; a half session
 * was never signed in.
 * @param actor who does it at the machine itself
 */
export async function endOnRecord(
  tx: Db,
  append: Append,
  now: Date,
  { id, userId, stage }: SessionRow,
  actor: string | null = null,
): Promise<void> {
  if (!(await endSession(tx, id, instant(now))) || stage !== 'full') return
  append({
    phase: 'event',
    action: 'sign-out',
    operation: randomId(),
    outcome: 'done',
    actor,
    userId,
    sessionId: id,
  })
}

/**
 * Ends another session of the same user.
 * @throws PosternError `request/not-found` when the user has no such session
 */
export async function signOutDevice(
  deps: KeyServiceDeps,
  caller: Caller,
  sessionId: string,
): Promise<void> {
  const session = await findSession(deps.db, sessionId)
  if (session?.userId !== caller.user.id) {
    throw new PosternError('request/not-found', 'You have no such session.')
  }
  await signOut(deps, session)
}
