import { Hono } from 'hono'
import type { z } from 'zod'
import {
  type addFactorAnswer,
  addFactorRequest,
  type factorsAnswer,
  provenRequest,
  type recoveryCodesAnswer,
} from '#shared/contract/factors.ts'
import { idSchema } from '#shared/contract/wire.ts'
import { LARGEST_BODY } from '../../largest-body.ts'
import { atMost, readJson, readWith } from '../../read-request.ts'
import { countRecoveryCodes } from '../../storage/recovery-codes.ts'
import { type CallerEnv, signedIn } from '../auth/caller.ts'
import { addFactor, makeRecoveryCodes, removeFactor } from '../auth/factors/change-factors.ts'
import { listOwnFactors } from '../auth/factors/own-factors.ts'
import { readSignInPolicy } from '../auth/sign-in-policy.ts'
import { addPasskey } from '../auth/passkeys/enrol-passkey.ts'
import { onceOnly } from '../repeats/once.ts'
import type { KeyServiceDeps } from '../service.ts'

/** `/session/factors`: what the user signs in with, beside the password. */
export function factorRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()
  routes.use(signedIn(deps), atMost(LARGEST_BODY.factor), onceOnly(deps, 'secret'))

  routes.get('/', async (c) => {
    const { id } = c.var.caller.user
    const factors = await listOwnFactors(deps.db, id)
    const recoveryCodes = await countRecoveryCodes(deps.db, id)
    const { factors: kinds, recoveryCodes: codes, leastPassword } = await readSignInPolicy(deps.db)
    const allowed = { factors: kinds, recoveryCodes: codes, leastPassword }
    return c.json({ factors, recoveryCodes, allowed } satisfies z.input<typeof factorsAnswer>)
  })

  routes.post('/', async (c) => {
    const asked = await readJson(c, addFactorRequest)
    const { caller } = c.var
    const added =
      asked.kind === 'passkey'
        ? { factor: await addPasskey(deps, caller, asked) }
        : await addFactor(deps, caller, asked)
    return c.json(added satisfies z.input<typeof addFactorAnswer>, 201)
  })

  routes.post('/:id/removal', async (c) => {
    const { proof } = await readJson(c, provenRequest)
    await removeFactor(deps, c.var.caller, readWith(idSchema, c.req.param('id')), proof)
    return c.body(null, 204)
  })

  return routes
}

/** `/session/recovery-codes` */
export function recoveryCodeRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()
  routes.use(signedIn(deps), atMost(LARGEST_BODY.factor), onceOnly(deps, 'secret'))
  routes.post('/', async (c) => {
    const { proof } = await readJson(c, provenRequest)
    const codes = await makeRecoveryCodes(deps, c.var.caller, proof)
    return c.json({ codes } satisfies z.input<typeof recoveryCodesAnswer>, 201)
  })
  return routes
}
