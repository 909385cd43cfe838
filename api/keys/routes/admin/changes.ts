import { Hono } from 'hono'
import type { z } from 'zod'
import {
  type changeAnswer,
  type changesAnswer,
  confirmChangeRequest,
} from '#shared/contract/admin/changes.ts'
import { idSchema } from '#shared/contract/wire.ts'
import { LARGEST_BODY } from '../../../largest-body.ts'
import { atMost, readJson, readWith } from '../../../read-request.ts'
import type { CallerEnv } from '../../auth/caller.ts'
import { confirmChange } from '../../changes/confirm.ts'
import { getChange, listChanges } from '../../changes/describe.ts'
import { settleChanges } from '../../changes/settle.ts'
import { withdrawChange } from '../../changes/withdraw.ts'
import type { KeyServiceDeps } from '../../service.ts'
import { byCaller } from './by-caller.ts'

/** `/admin/changes`: what takes two administrators. */
export function changeRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()

  routes.get('/', async (c) => {
    await settleChanges(deps)
    const changes = await listChanges(deps.db, c.var.caller.user.id)
    return c.json({ changes } satisfies z.input<typeof changesAnswer>)
  })

  routes.post('/:id/confirmation', atMost(LARGEST_BODY.usual), async (c) => {
    const { proof } = await readJson(c, confirmChangeRequest)
    const id = readWith(idSchema, c.req.param('id'))
    const { user, session } = c.var.caller
    await confirmChange(deps, user, { sessionId: session.id }, { id, proof })
    const change = await getChange(deps.db, id, user.id)
    return c.json({ change } satisfies z.input<typeof changeAnswer>)
  })

  routes.post('/:id/withdrawal', async (c) => {
    const id = readWith(idSchema, c.req.param('id'))
    await withdrawChange(deps, id, byCaller(c))
    const change = await getChange(deps.db, id, c.var.caller.user.id)
    return c.json({ change } satisfies z.input<typeof changeAnswer>)
  })

  return routes
}
