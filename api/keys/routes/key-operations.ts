import { Hono } from 'hono'
import type { z } from 'zod'
import { base64url } from '#shared/base64.ts'
import {
  type signAnswer,
  signRequest,
  type unwrapAnswer,
  type unwrapBatchAnswer,
  unwrapBatchRequest,
  unwrapRequest,
} from '#shared/contract/keys.ts'
import { idSchema } from '#shared/contract/wire.ts'
import { PosternError } from '#shared/errors.ts'
import { LARGEST_BODY } from '../../largest-body.ts'
import { toldProblem } from '../../problem.ts'
import { atMost, readJson } from '../../read-request.ts'
import { type CallerEnv, signedIn } from '../auth/caller.ts'
import { signContent } from '../operations/sign.ts'
import { unwrapBatch } from '../operations/unwrap-batch.ts'
import { type Unwrapped, unwrapContentKey } from '../operations/unwrap.ts'
import { onceInSession } from '../repeats/once.ts'
import { stillInForce } from '../repeats/still-in-force.ts'
import type { KeyServiceDeps } from '../service.ts'

/** `/keys/unwrap`, `/keys/{id}/unwrap`, `/keys/{id}/sign`: what the token does with the user's keys. */
export function operationRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()
  const guard = signedIn(deps)
  const onceForAll = onceInSession(deps, async (c) => {
    const { entries } = await readJson(c, unwrapBatchRequest)
    await stillInForce(deps.db, c.var.caller, 'unwrap', new Set(entries.map(({ key }) => key)))
  })
  const onceFor = (action: 'unwrap' | 'sign') =>
    onceInSession(deps, (c) =>
      stillInForce(deps.db, c.var.caller, action, [c.req.param('id') ?? '']),
    )

  routes.post('/unwrap', guard, atMost(LARGEST_BODY.batch), onceForAll, async (c) => {
    const asked = await readJson(c, unwrapBatchRequest)
    const answers = (await unwrapBatch(deps, c.var.caller, asked)).map((answered) =>
      'value' in answered
        ? { value: describeUnwrapped(answered.value) }
        : { problem: toldProblem(deps.log, c, answered.error) },
    )
    return c.json({ answers } satisfies z.input<typeof unwrapBatchAnswer>)
  })

  routes.post('/:id/unwrap', guard, atMost(LARGEST_BODY.unwrap), onceFor('unwrap'), async (c) => {
    const asked = await readJson(c, unwrapRequest)
    const keyId = keyIdOf(c.req.param('id'))
    return c.json(describeUnwrapped(await unwrapContentKey(deps, c.var.caller, keyId, asked)))
  })

  routes.post('/:id/sign', guard, atMost(LARGEST_BODY.sign), onceFor('sign'), async (c) => {
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

function describeUnwrapped({ operation, enc, sealed }: Unwrapped): z.input<typeof unwrapAnswer> {
  return { operation, enc: base64url(enc), sealed: base64url(sealed) }
}
