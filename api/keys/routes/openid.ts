import { type Context, Hono } from 'hono'
import type { z } from 'zod'
import type { openIdAnswer, waysAnswer } from '#shared/contract/openid.ts'
import { openIdRequest } from '#shared/contract/openid.ts'
import { isPosternError, PosternError } from '#shared/errors.ts'
import { LARGEST_BODY } from '../../largest-body.ts'
import { atMost, readJson } from '../../read-request.ts'
import { OPENID_CALLBACK } from '../../same-origin.ts'
import { presentedSession } from '../auth/caller.ts'
import { allowedKindsOf } from '../auth/factors/own-factors.ts'
import { keepCeremony, takeCeremony } from '../auth/openid/ceremony-cookie.ts'
import { type OpenIdOutcome, signInByOpenId } from '../auth/openid/sign-in.ts'
import { relyingParty } from '../auth/passkeys/relying-party.ts'
import { giveSecret, presentedSecretHash } from '../auth/session-secret.ts'
import { readSignInPolicy, takesPasswords } from '../auth/sign-in-policy.ts'
import type { KeyServiceDeps } from '../service.ts'

/** `/session/ways`, and `/session/openid`: signing in elsewhere. */
export function openIdRoutes(deps: KeyServiceDeps): Hono {
  const routes = new Hono()

  routes.get('/ways', async (c) => {
    const policy = await readSignInPolicy(deps.db)
    const openId = deps.openId === null ? null : { name: deps.openId.name }
    const passwords = takesPasswords(policy, openId !== null)
    const factors = await stillToShow(deps, c)
    return c.json({ passwords, openId, factors } satisfies z.input<typeof waysAnswer>)
  })

  routes.post('/openid', atMost(LARGEST_BODY.usual), async (c) => {
    const { device } = await readJson(c, openIdRequest)
    const { url, ceremony } = await providerOf(deps).begin(callbackOf(deps, c))
    keepCeremony(c, { ...ceremony, device })
    return c.json({ url } satisfies z.input<typeof openIdAnswer>)
  })

  routes.get('/openid/callback', async (c) => {
    const kept = takeCeremony(c)
    if (kept === null) return c.redirect('/?sign-in=late', 303)
    const callback = new URL(callbackOf(deps, c))
    callback.search = new URL(c.req.url).search
    const { device, ...ceremony } = kept
    const presented = presentedSecretHash(c)
    const back = { callback, ceremony, device, presented }
    const outcome = await signInByOpenId(deps, providerOf(deps), back)
    if (outcome.kind !== 'refused') giveSecret(c, outcome.secret)
    return c.redirect(pageAfter(outcome), 303)
  })

  return routes
}

/** @throws PosternError `request/not-found` where there is none */
function providerOf({ openId }: KeyServiceDeps) {
  if (openId !== null) return openId
  throw new PosternError('request/not-found', 'There is no other place to sign in.')
}

function callbackOf({ publicOrigin }: KeyServiceDeps, c: Context): string {
  return `${relyingParty(publicOrigin, c).origin}${OPENID_CALLBACK}`
}

function pageAfter(outcome: OpenIdOutcome): string {
  if (outcome.kind === 'refused') return `/?sign-in=${outcome.reason}`
  return outcome.kind === 'signed-in' ? '/' : '/?sign-in=factor'
}

/** What half a session has still to show; null when the call brings none. */
async function stillToShow(deps: KeyServiceDeps, c: Context) {
  try {
    const { session } = await presentedSession(deps, c)
    if (session.stage === 'full') return null
    return await allowedKindsOf(deps.db, session.userId, await readSignInPolicy(deps.db))
  } catch (error) {
    if (isPosternError(error, 'session/required', 'session/expired')) return null
    throw error
  }
}
