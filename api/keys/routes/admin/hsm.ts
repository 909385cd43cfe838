import { Hono } from 'hono'
import type { z } from 'zod'
import type { hsmAnswer } from '#shared/contract/admin/hsm.ts'
import type { CallerEnv } from '../../auth/caller.ts'
import type { TokenStatus } from '../../../hsm/port.ts'
import type { KeyServiceDeps } from '../../service.ts'

/** `/admin/hsm`: how the token does, and what it can do. */
export function hsmRoutes({ hsm }: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()
  routes.get('/', (c) => {
    const status = hsm.status()
    const { state, restarts, tokenLabel, capabilities, changedKeys, lastFailure, tokens } = status
    return c.json({
      state,
      restarts,
      tokenLabel,
      capabilities: capabilities && { ...capabilities },
      changedKeys: [...changedKeys],
      lastFailure,
      ...(tokens === undefined ? {} : { tokens: tokens.map(copied) }),
    } satisfies z.input<typeof hsmAnswer>)
  })
  return routes
}

function copied({ missing, different, ...token }: TokenStatus) {
  return { ...token, missing: [...missing], different: [...different] }
}
