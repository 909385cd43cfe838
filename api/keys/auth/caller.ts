import type { Context, MiddlewareHandler } from 'hono'
import type { Session } from '#shared/contract/session.ts'
import { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { findSessionAndPolicy, touchSession } from '../../storage/sessions.ts'
import { findUser, rolesOf } from '../../storage/users.ts'
import type { SessionRow, UserRow } from '../../storage/schema.ts'
import type { KeyServiceDeps } from '../service.ts'
import { presentedSecretHash } from './session-secret.ts'
import {
  absoluteExpiry,
  idleExpiry,
  isOpen,
  isWorthTouching,
  type SessionTimes,
} from './session-times.ts'
import { allowsMeans, sessionTimesOf, signInPolicyOf } from './sign-in-policy.ts'

/** A session that a call has brought, and how long the company lets it live now. */
type Presented = { readonly session: SessionRow; readonly times: SessionTimes }

/** Who calls: a user in an open session, all factors shown. */
export type Caller = Presented & { readonly user: UserRow }

/** Hono's variables behind the guards. */
export type CallerEnv = { Variables: { caller: Caller } }

/** Lets in who is signed in; the call counts as use of the session. */
export function signedIn(deps: KeyServiceDeps): MiddlewareHandler<CallerEnv> {
  return async (c, next) => {
    const caller = await identify(deps, c)
    const now = deps.clock()
    if (isWorthTouching(caller.session, caller.times, now)) await touch(deps, caller.session, now)
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
 * The session whose secret the call brings, at whatever stage. What the company allows is read with it: a session
 * that may not be any more is over at once.
 * @throws PosternError `session/required`, `session/expired`
 */
export async function presentedSession(deps: KeyServiceDeps, c: Context): Promise<Presented> {
  const secretHash = presentedSecretHash(c)
  const found = secretHash === null ? null : await findSessionAndPolicy(deps.db, secretHash)
  if (found === null) throw new PosternError('session/required', 'Please sign in.')
  const { session } = found
  const policy = signInPolicyOf(found.signInPolicy)
  const times = sessionTimesOf(policy, deps.session)
  if (isOpen(session, times, deps.clock()) && allowsMeans(policy, session, deps.openId !== null)) {
    return { session, times }
  }
  throw new PosternError('session/expired', 'Your session has ended. Please sign in again.')
}

/** Whose session the call brings, at whatever stage. Throws as `presentedSession`. */
export async function sessionOwner(deps: KeyServiceDeps, c: Context): Promise<Caller> {
  const presented = await presentedSession(deps, c)
  const user = await findUser(deps.db, presented.session.userId)
  if (user?.status !== 'active') throw new PosternError('session/required', 'Please sign in.')
  return { ...presented, user }
}

/** The session as its user may see it. */
export function describeSession({ user, session, times }: Caller, now: Date): Session {
  const { username, name, address } = user
  return {
    id: session.id,
    user: { username, name, address },
    roles: rolesOf(user),
    device: session.device,
    idleExpiresAt: idleExpiry(session, times),
    absoluteExpiresAt: absoluteExpiry(session, times),
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
