import { Hono } from 'hono'
import { changePasswordRequest } from '#shared/contract/session.ts'
import { LARGEST_BODY } from '../../largest-body.ts'
import { atMost, readJson } from '../../read-request.ts'
import { type CallerEnv, signedIn } from '../auth/caller.ts'
import { changePassword } from '../auth/change-password.ts'
import { onceOnly } from '../repeats/once.ts'
import type { KeyServiceDeps } from '../service.ts'

/** `/session/password-change` */
export function passwordRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()
  routes.post(
    '/',
    signedIn(deps),
    atMost(LARGEST_BODY.factor),
    onceOnly(deps, 'told'),
    async (c) => {
      await changePassword(deps, c.var.caller, await readJson(c, changePasswordRequest))
      return c.body(null, 204)
    },
  )
  return routes
}
