import { Hono } from 'hono'
import type { z } from 'zod'
import type { devicesAnswer } from '#shared/contract/session.ts'
import { idSchema } from '#shared/contract/wire.ts'
import { listSessions } from '../../storage/sessions.ts'
import { type CallerEnv, signedIn } from '../auth/caller.ts'
import { idleExpiry, isOpen } from '../auth/session-times.ts'
import { signOutDevice } from '../auth/sign-out.ts'
import { readWith } from '../../read-request.ts'
import { onceOnly } from '../repeats/once.ts'
import type { KeyServiceDeps } from '../service.ts'

/** `/session/devices`: where the user is signed in, and the end of any of it. */
export function deviceRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()
  routes.use(signedIn(deps))

  routes.get('/', async (c) => {
    const { user, session, times } = c.var.caller
    const now = deps.clock()
    const sessions = await listSessions(deps.db, user.id)
    const devices = sessions
      .filter((row) => row.stage === 'full' && isOpen(row, times, now))
      .map((row) => ({
        id: row.id,
        device: row.device,
        signedInAt: row.createdAt,
        lastSeenAt: row.lastSeenAt,
        expiresAt: idleExpiry(row, times),
        current: row.id === session.id,
      }))
    return c.json({ devices } satisfies z.input<typeof devicesAnswer>)
  })

  routes.delete('/:id', onceOnly(deps, 'told'), async (c) => {
    await signOutDevice(deps, c.var.caller, readWith(idSchema, c.req.param('id')))
    return c.body(null, 204)
  })

  return routes
}
