import { PosternError } from '#shared/errors.ts'
import type { OpenIdRefusal } from '#shared/contract/openid.ts'
import { randomId } from '../../../random-id.ts'
import { findUser } from '../../../storage/users.ts'
import type { UserRow } from '../../../storage/schema.ts'
import type { KeyServiceDeps } from '../../service.ts'
import { allowedKindsOf } from '../factors/own-factors.ts'
import { leaveSession, openFullSession, openHalfSession } from '../open-session.ts'
import { newSecret } from '../session-secret.ts'
import { readSignInPolicy, sessionTimesOf } from '../sign-in-policy.ts'
import { findOpenIdUser } from './find-user.ts'
import type { OpenIdCeremony, OpenIdIdentity, OpenIdProvider } from './provider.ts'

/** How a sign-in elsewhere ended here. */
export type OpenIdOutcome =
  | { readonly kind: 'signed-in' | 'factor-required'; readonly secret: string }
  | { readonly kind: 'refused'; readonly reason: OpenIdRefusal }

type Return = {
  readonly callback: URL
  readonly ceremony: OpenIdCeremony
  readonly device: string
  /** Hash of the secret that the browser still has: that session ends. */
  readonly presented: string | null
}

/** Takes the browser back from the provider. What was wrong is in the audit, and a reason for the page. */
export async function signInByOpenId(
  deps: KeyServiceDeps,
  provider: OpenIdProvider,
  back: Return,
): Promise<OpenIdOutcome> {
  if (back.callback.searchParams.get('error') === 'access_denied') {
    return refuse(deps, 'denied', null)
  }
  const identity = await identify(provider, back)
  if (typeof identity === 'string') return refuse(deps, identity, null)
  const user = await findOpenIdUser(deps, identity)
  if (user?.status !== 'active') return refuse(deps, 'unknown', user)
  return open(deps, user, back)
}

async function identify(
  provider: OpenIdProvider,
  { callback, ceremony }: Return,
): Promise<OpenIdIdentity | OpenIdRefusal> {
  try {
    return await provider.finish(callback, ceremony)
  } catch (error) {
    return error instanceof PosternError ? 'unreachable' : 'failed'
  }
}

async function open(
  deps: KeyServiceDeps,
  user: UserRow,
  { device, presented }: Return,
): Promise<OpenIdOutcome> {
  const policy = await readSignInPolicy(deps.db)
  const isEnough = policy.openIdCountsAs === 'both'
  if (!isEnough && (await allowedKindsOf(deps.db, user.id, policy)).length === 0) {
    return refuse(deps, 'no-factor', user)
  }
  const { secret, secretHash } = newSecret()
  const fresh = { user, secretHash, device, means: ['openid'] } as const
  const isOpen = await deps.journal.write(async (tx, append, now) => {
    if ((await findUser(tx, user.id))?.status !== 'active') return false
    await leaveSession(tx, append, now, presented)
    if (!isEnough) await openHalfSession(tx, fresh, now)
    else await openFullSession(tx, append, now, fresh, sessionTimesOf(policy, deps.session))
    return true
  })
  if (!isOpen) return refuse(deps, 'unknown', user)
  return { kind: isEnough ? 'signed-in' : 'factor-required', secret }
}

async function refuse(
  { journal }: KeyServiceDeps,
  reason: OpenIdRefusal,
  user: UserRow | null,
): Promise<OpenIdOutcome> {
  await journal.write((_tx, append) => {
    const code =
      reason === 'unknown' || reason === 'no-factor' ? 'policy/denied' : 'factor/rejected'
    const event = { phase: 'event', operation: randomId(), outcome: 'refused', code } as const
    append({ ...event, action: 'sign-in', userId: user?.id ?? null })
    return Promise.resolve()
  })
  return { kind: 'refused', reason }
}
