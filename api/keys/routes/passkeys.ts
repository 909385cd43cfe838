import { Hono } from 'hono'
import {
  type passkeyChallengeAnswer,
  type passkeyRegistrationAnswer,
  passkeyRegistrationRequest,
} from '#shared/contract/passkeys.ts'
import type { z } from 'zod'
import { LARGEST_BODY } from '../../largest-body.ts'
import { atMost, readJson } from '../../read-request.ts'
import { type CallerEnv, sessionOwner, signedIn } from '../auth/caller.ts'
import { beginPasskey, challengePasskey } from '../auth/passkeys/enrol-passkey.ts'
import { relyingParty } from '../auth/passkeys/relying-party.ts'
import type { KeyServiceDeps } from '../service.ts'

/** `/session/passkey-challenges`, in half a session too, and `/session/passkey-registrations` */
export function passkeyRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()

  routes.post('/passkey-challenges', async (c) => {
    const { user, session } = await sessionOwner(deps, c)
    const party = relyingParty(deps.publicOrigin, c)
    const challenge = await challengePasskey(deps, user, session, party)
    return c.json(challenge satisfies z.input<typeof passkeyChallengeAnswer>, 201)
  })

  routes.post('/passkey-registrations', signedIn(deps), atMost(LARGEST_BODY.factor), async (c) => {
    const { proof } = await readJson(c, passkeyRegistrationRequest)
    const party = relyingParty(deps.publicOrigin, c)
    const begun = await beginPasskey(deps, c.var.caller, proof, party)
    return c.json(begun satisfies z.input<typeof passkeyRegistrationAnswer>, 201)
  })

  return routes
}
