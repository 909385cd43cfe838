import { Hono } from 'hono'
import type { z } from 'zod'
import type { settingsAnswer } from '#shared/contract/admin/settings.ts'
import type { CallerEnv } from '../../auth/caller.ts'
import { readAllSettings } from '../../policy/company-settings.ts'
import type { KeyServiceDeps } from '../../service.ts'

/** `/admin/settings`: what the company decided for itself. */
export function settingsRoutes({ db }: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()
  routes.get('/', async (c) => {
    const settings = await readAllSettings(db)
    return c.json({ settings } satisfies z.input<typeof settingsAnswer>)
  })
  return routes
}
