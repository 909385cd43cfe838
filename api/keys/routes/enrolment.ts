import { Hono } from 'hono'
import type { z } from 'zod'
import { type enrolAnswer, enrolRequest } from '#shared/contract/enrolment.ts'
import { LARGEST_BODY } from '../../largest-body.ts'
import { atMost, readJson } from '../../read-request.ts'
import { enrol } from '../enrolment/enrol.ts'
import type { KeyServiceDeps } from '../service.ts'

/** `/session/enrolment`: for who can not sign in yet. */
export function enrolmentRoutes(deps: KeyServiceDeps): Hono {
  const routes = new Hono()
  routes.post('/', atMost(LARGEST_BODY.usual), async (c) =>
    c.json(
      (await enrol(deps, await readJson(c, enrolRequest))) satisfies z.input<typeof enrolAnswer>,
    ),
  )
  return routes
}
