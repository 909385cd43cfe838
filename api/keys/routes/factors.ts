import { Hono } from 'hono'
import type { z } from 'zod'
import type { factorsAnswer } from '#shared/contract/factors.ts'
import { type CallerEnv, signedIn } from '../auth/caller.ts'
import { listOwnFactors } from '../auth/factors/own-factors.ts'
import type { KeyServiceDeps } from '../service.ts'

/** `/session/factors`: what the user signs in with, beside the password. */
export function factorRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()
  routes.use(signedIn(deps))

  routes.get('/', async (c) => {
    const factors = await listOwnFactors(deps.db, c.var.caller.user.id)
    return c.json({ factors } satisfies z.input<typeof factorsAnswer>)
  })

  return routes
}
