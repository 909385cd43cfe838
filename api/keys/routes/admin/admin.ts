import { Hono } from 'hono'
import { type CallerEnv, signedIn } from '../../auth/caller.ts'
import { onceOnly } from '../../repeats/once.ts'
import type { KeyServiceDeps } from '../../service.ts'
import { auditRoutes } from './audit.ts'
import { changeRoutes } from './changes.ts'
import { hsmRoutes } from './hsm.ts'
import { keyMaterialRoutes } from './key-material.ts'
import { adminKeyRoutes } from './keys.ts'
import { administrators } from './role-guard.ts'
import { settingsRoutes } from './settings.ts'
import { userRoutes } from './users.ts'

/** `/admin`: everything that administrators change and auditors read, a file for each resource. */
export function adminRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()
  routes.use(signedIn(deps), administrators(), onceOnly(deps, 'secret'))
  routes.route('/audit', auditRoutes(deps))
  routes.route('/changes', changeRoutes(deps))
  routes.route('/users', userRoutes(deps))
  routes.route('/keys', adminKeyRoutes(deps))
  routes.route('/', keyMaterialRoutes(deps))
  routes.route('/settings', settingsRoutes(deps))
  routes.route('/hsm', hsmRoutes(deps))
  return routes
}
