import { Hono } from 'hono'
import type { z } from 'zod'
import {
  setSettingsRequest,
  settingsSection,
  type settingsAnswer,
} from '#shared/contract/admin/settings.ts'
import { LARGEST_BODY } from '../../../largest-body.ts'
import { atMost, readJson, readWith } from '../../../read-request.ts'
import type { CallerEnv } from '../../auth/caller.ts'
import { askForSettings } from '../../changes/ask.ts'
import { readAllSettings } from '../../policy/company-settings.ts'
import type { KeyServiceDeps } from '../../service.ts'
import { byCaller } from './by-caller.ts'
import { outcomeOf } from './outcome.ts'

/** `/admin/settings`: what the company decided for itself. */
export function settingsRoutes({ db, journal }: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()

  routes.get('/', async (c) => {
    const settings = await readAllSettings(db)
    return c.json({ settings } satisfies z.input<typeof settingsAnswer>)
  })

  routes.patch('/:section', atMost(LARGEST_BODY.usual), async (c) => {
    const section = readWith(settingsSection, c.req.param('section'))
    const change = await readJson(c, setSettingsRequest)
    const by = byCaller(c)
    const waiting = await journal.write((tx, append, now) =>
      askForSettings(tx, append, now, section, change, by),
    )
    return c.json(await outcomeOf(db, waiting, by))
  })

  return routes
}
