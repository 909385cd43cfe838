import { instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import { findSessionBySecret, forgetSessionsBefore, insertSession } from '../../storage/sessions.ts'
import type { Db, SessionMeans, SessionRow, UserRow } from '../../storage/schema.ts'
import type { Append } from '../audit/journal.ts'
import { FACTOR_SECONDS, type SessionTimes } from './session-times.ts'
import { endOnRecord } from './sign-out.ts'

/** A session that is to be opened. */
export type NewSession = {
  readonly user: UserRow
  /** Only this is stored of its secret. */
  readonly secretHash: string
  readonly device: string
  readonly means: readonly SessionMeans[]
}

const SESSIONS_KEPT = 30 * 24 * 3600 // past ones give the devices in the activity their names

/** Ends the session that the browser still has, by the hash of its secret, before it gets another. */
export async function leaveSession(
  tx: Db,
  append: Append,
  now: Date,
  presented: string | null,
): Promise<void> {
  await forgetSessionsBefore(tx, instant(now, -SESSIONS_KEPT))
  const left = presented === null ? null : await findSessionBySecret(tx, presented)
  if (left !== null) await endOnRecord(tx, append, now, left)
}

/** Opens a session that can do nothing but show the second factor, inside a transaction. */
export function openHalfSession(tx: Db, fresh: NewSession, now: Date): Promise<SessionRow> {
  return insert(tx, fresh, 'password', now, FACTOR_SECONDS)
}

/** Opens a session, inside a transaction, on record. */
export async function openFullSession(
  tx: Db,
  append: Append,
  now: Date,
  fresh: NewSession,
  times: SessionTimes,
): Promise<SessionRow> {
  const session = await insert(tx, fresh, 'full', now, times.absoluteSeconds)
  const operation = randomId()
  const whose = { userId: session.userId, sessionId: session.id }
  append({ ...whose, phase: 'event', action: 'sign-in', operation, outcome: 'done' })
  return session
}

async function insert(
  tx: Db,
  { user, secretHash, device, means }: NewSession,
  stage: SessionRow['stage'],
  now: Date,
  absoluteSeconds: number,
): Promise<SessionRow> {
  const session: SessionRow = {
    id: randomId(),
    secretHash,
    userId: user.id,
    device,
    stage,
    means: means.join(' '),
    createdAt: instant(now),
    lastSeenAt: instant(now),
    absoluteExpiresAt: instant(now, absoluteSeconds),
    endedAt: null,
  }
  await insertSession(tx, session)
  return session
}
