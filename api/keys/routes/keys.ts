import { Hono } from 'hono'
import type { z } from 'zod'
import { base64url } from '#shared/base64.ts'
import type { keysAnswer, keySchema, switchOffAnswer } from '#shared/contract/keys.ts'
import { listChain, listPastCertificates } from '../../storage/certificates.ts'
import { listKeys } from '../../storage/keys.ts'
import type { Db, KeyRow } from '../../storage/schema.ts'
import { type CallerEnv, signedIn } from '../auth/caller.ts'
import { switchAllOff } from '../lifecycle/switch-key.ts'
import { policyOf } from '../policy/key-policy.ts'
import { onceOnly } from '../repeats/once.ts'
import type { KeyServiceDeps } from '../service.ts'

/** `/keys`: the user's own, and how to switch them off. */
export function keyRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()
  routes.get('/', signedIn(deps), async (c) => {
    const all = await listKeys(deps.db, c.var.caller.user.id)
    const rows = all.filter(({ status }) => status !== 'waiting')
    const keys = await Promise.all(rows.map((row) => describeKey(deps.db, row)))
    return c.json({ keys } satisfies z.input<typeof keysAnswer>)
  })

  routes.post('/switch-off', signedIn(deps), onceOnly(deps, 'told'), async (c) => {
    const { user, session } = c.var.caller
    const keys = await deps.journal.write((tx, append, now) =>
      switchAllOff(tx, append, now, user.id, { sessionId: session.id }),
    )
    return c.json({ keys } satisfies z.input<typeof switchOffAnswer>)
  })

  return routes
}

async function describeKey(db: Db, row: KeyRow): Promise<z.input<typeof keySchema>> {
  const { id, purpose, algorithm, status, origin, createdAt } = row
  const chain = (await listChain(db, id)).map(base64url)
  const past = (await listPastCertificates(db, id)).map(base64url)
  return { id, purpose, algorithm, status, origin, createdAt, chain, past, policy: policyOf(row) }
}
