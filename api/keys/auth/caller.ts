import type { Context, MiddlewareHandler } from 'hono'
import type { Session } from '#shared/contract/session.ts'
import { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { findSessionBySecret, touchSession } from '../../storage/sessions.ts'
import { findUser, rolesOf } from '../../storage/users.ts'
import type { SessionRow, UserRow } from '../../storage/schema.ts'
import type { KeyServiceDeps } from '../service.ts'
import { presentedSecretHash } from './session-secret.ts'
import { idleExpiry, isOpen, isWorthTouching, type SessionTimes } from './session-times.ts'

/** Who calls: a user in an open session, all factors shown. */
export type Caller = { readonly user: UserRow; readonly session: SessionRow }

/** Hono's variables behind the guards. */
export type CallerEnv = { Variables: { caller: Caller } }

/** Lets in who is signed in; the call counts as use of the session. */
export function signedIn(deps: KeyServiceDeps): MiddlewareHandler<CallerEnv> {
  return async (c, next) => {
    const caller = await identify(deps, c)
    const now = deps.clock()
    if (isWorthTouching(caller.session, deps.session, now)) await touch(deps, caller.session, now)
    c.set('caller', caller)
    await next()
  }
}

/** Lets in who is signed in, and leaves the idle time alone: for looking at the session itself. */
export function signedInUntouched(deps: KeyServiceDeps): MiddlewareHandler<CallerEnv> {
  return async (c, next) => {
    c.set('caller', await identify(deps, c))
    await next()
  }
}

/** Starts the session's idle time again. */
export async function extend(deps: KeyServiceDeps, caller: Caller): Promise<Caller> {
  const now = deps.clock()
  await touch(deps, caller.session, now)
  return { ...caller, session: { ...caller.session, lastSeenAt: instant(now) } }
}

/**
 * The session whose secret the call brings, at whatever stage.
 * @throws PosternError `session/required`, `session/expired`
 */
export async function presentedSession(deps: KeyServiceDeps, c: Context): Promise<SessionRow> {
  const secretHash = presentedSecretHash(c)
  const session = secretHash === null ? null : await findSessionBySecret(deps.db, secretHash)
  if (session === null) throw new PosternError('session/required', 'Please sign in.')
  if (!isOpen(session, deps.session, deps.clock())) {
    throw new PosternError('session/expired', 'Your session has ended. Please sign in again.')
  }
  return session
}

/** Whose session the call brings, at whatever stage. Throws as `presentedSession`. */
export async function sessionOwner(deps: KeyServiceDeps, c: Context): Promise<Caller> {
  const session = await presentedSession(deps, c)
  const user = await findUser(deps.db, session.userId)
  if (user?.status !== 'active') throw new PosternError('session/required', 'Please sign in.')
  return { user, session }
}

/** The session as its user may see it. */
export function describeSession(
  { user, session }: Caller,
  times: SessionTimes,
  now: Date,
): Session {
  const { username, name, address } = user
  return {
    id: session.id,
    user: { username, name, address },
    roles: rolesOf(user),
    device: session.device,
    idleExpiresAt: idleExpiry(session, times),
    absoluteExpiresAt: session.absoluteExpiresAt,
    now: instant(now),
  }
}

async function identify(deps: KeyServiceDeps, c: Context): Promise<Caller> {
  const caller = await sessionOwner(deps, c)
  if (caller.session.stage === 'full') return caller
  throw new PosternError('factor/required', 'Please show your second factor.')
}

async function touch(deps: KeyServiceDeps, session: SessionRow, now: Date): Promise<void> {
  await touchSession(deps.db, session.id, instant(now))
}
