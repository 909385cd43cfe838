import { Hono } from 'hono'
import type { z } from 'zod'
import { type approvalAnswer, approvalRequest } from '#shared/contract/approvals.ts'
import { LARGEST_BODY } from '../../largest-body.ts'
import { atMost, readJson } from '../../read-request.ts'
import { approve } from '../approvals/approve.ts'
import { type CallerEnv, signedIn } from '../auth/caller.ts'
import { onceOnly } from '../repeats/once.ts'
import type { KeyServiceDeps } from '../service.ts'

/** `/approvals`: a factor for what a key is to do. */
export function approvalRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()
  routes.use(signedIn(deps), atMost(LARGEST_BODY.approval), onceOnly(deps, 'secret'))
  routes.post('/', async (c) => {
    const made = await approve(deps, c.var.caller, await readJson(c, approvalRequest))
    return c.json(made satisfies z.input<typeof approvalAnswer>, 201)
  })
  return routes
}
