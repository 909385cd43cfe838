import { Hono } from 'hono'
import type { z } from 'zod'
import { base64url } from '#shared/base64.ts'
import {
  type keysAnswer,
  type keySchema,
  type signAnswer,
  signRequest,
  type switchOffAnswer,
  type unwrapAnswer,
  unwrapRequest,
} from '#shared/contract/keys.ts'
import { idSchema } from '#shared/contract/wire.ts'
import { PosternError } from '#shared/errors.ts'
import { LARGEST_BODY } from '../../largest-body.ts'
import { listChain, listPastCertificates } from '../../storage/certificates.ts'
import { listKeys } from '../../storage/keys.ts'
import type { Db, KeyRow } from '../../storage/schema.ts'
import { type CallerEnv, signedIn } from '../auth/caller.ts'
import { switchAllOff } from '../lifecycle/switch-key.ts'
import { policyOf } from '../policy/key-policy.ts'
import { signContent } from '../operations/sign.ts'
import { unwrapContentKey } from '../operations/unwrap.ts'
import { atMost, readJson } from '../../read-request.ts'
import type { KeyServiceDeps } from '../service.ts'

/** `/keys`: the user's own, and what may be done with them. */
export function keyRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()
  routes.use(signedIn(deps))

  routes.get('/', async (c) => {
    const all = await listKeys(deps.db, c.var.caller.user.id)
    const rows = all.filter(({ status }) => status !== 'waiting')
    const keys = await Promise.all(rows.map((row) => describeKey(deps.db, row)))
    return c.json({ keys } satisfies z.input<typeof keysAnswer>)
  })

  routes.post('/switch-off', async (c) => {
    const { user, session } = c.var.caller
    const keys = await deps.journal.write((tx, append) =>
      switchAllOff(tx, append, user.id, { sessionId: session.id }),
    )
    return c.json({ keys } satisfies z.input<typeof switchOffAnswer>)
  })

  routes.post('/:id/unwrap', atMost(LARGEST_BODY.unwrap), async (c) => {
    const asked = await readJson(c, unwrapRequest)
    const keyId = keyIdOf(c.req.param('id'))
    const { operation, enc, sealed } = await unwrapContentKey(deps, c.var.caller, keyId, asked)
    return c.json({
      operation,
      enc: base64url(enc),
      sealed: base64url(sealed),
    } satisfies z.input<typeof unwrapAnswer>)
  })

  routes.post('/:id/sign', atMost(LARGEST_BODY.sign), async (c) => {
    const asked = await readJson(c, signRequest)
    const signed = await signContent(deps, c.var.caller, keyIdOf(c.req.param('id')), asked)
    return c.json({
      operation: signed.operation,
      signedAttributes: base64url(signed.signedAttributes),
      signature: base64url(signed.signature),
      certificates: [...signed.certificates],
    } satisfies z.input<typeof signAnswer>)
  })

  return routes
}

/** An id that cannot be one is a key that does not exist. */
function keyIdOf(text: string): string {
  const id = idSchema.safeParse(text)
  if (id.success) return id.data
  throw new PosternError('key/not-found', 'You have no such key.')
}

async function describeKey(db: Db, row: KeyRow): Promise<z.input<typeof keySchema>> {
  const { id, purpose, algorithm, status, createdAt } = row
  const chain = (await listChain(db, id)).map(base64url)
  const past = (await listPastCertificates(db, id)).map(base64url)
  return { id, purpose, algorithm, status, createdAt, chain, past, policy: policyOf(row) }
}
