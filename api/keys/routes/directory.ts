import { Hono } from 'hono'
import type { z } from 'zod'
import { base64url } from '#shared/base64.ts'
import {
  type directoryAnswer,
  directoryQuery,
  type trustAnswer,
} from '#shared/contract/directory.ts'
import { listAnchors } from '../../storage/anchors.ts'
import { listChain } from '../../storage/certificates.ts'
import { listEncryptionKeys } from '../../storage/keys.ts'
import { type CallerEnv, signedIn } from '../auth/caller.ts'
import { readWith } from '../../read-request.ts'
import type { KeyServiceDeps } from '../service.ts'

/** `/directory/certificates` and `/trust`: whom mail can be encrypted to, and whom the company trusts. */
export function directoryRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()

  routes.get('/directory/certificates', signedIn(deps), async (c) => {
    const { address } = readWith(directoryQuery, c.req.query())
    const keys = await listEncryptionKeys(deps.db, address.toLowerCase())
    const certificates = await Promise.all(
      keys.map(async (key) => ({ chain: (await listChain(deps.db, key.id)).map(base64url) })),
    )
    return c.json({ certificates } satisfies z.input<typeof directoryAnswer>)
  })

  routes.get('/trust', signedIn(deps), async (c) => {
    const anchors = (await listAnchors(deps.db)).map(base64url)
    return c.json({ anchors } satisfies z.input<typeof trustAnswer>)
  })

  return routes
}
