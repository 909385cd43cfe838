import { Hono } from 'hono'
import type { z } from 'zod'
import {
  type createUserAnswer,
  createUserRequest,
  type enrolmentAnswer,
  setRolesRequest,
  type usersAnswer,
} from '#shared/contract/admin/users.ts'
import { idSchema } from '#shared/contract/wire.ts'
import { LARGEST_BODY } from '../../../largest-body.ts'
import { atMost, readJson, readWith } from '../../../read-request.ts'
import type { CallerEnv } from '../../auth/caller.ts'
import { askForRoles } from '../../changes/ask.ts'
import { hireUser, resetSignIn } from '../../enrolment/hand-out-code.ts'
import { describeUser, describeUsers } from '../../lifecycle/describe-user.ts'
import { removeUser } from '../../lifecycle/remove-user.ts'
import type { KeyServiceDeps } from '../../service.ts'
import { byCaller } from './by-caller.ts'
import { outcomeOf } from './outcome.ts'

/** `/admin/users`: the people of the company. */
export function userRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const { db, journal } = deps
  const routes = new Hono<CallerEnv>()
  const idOf = (text: string) => readWith(idSchema, text)

  routes.get('/', async (c) =>
    c.json({ users: await describeUsers(db) } satisfies z.input<typeof usersAnswer>),
  )

  routes.post('/', atMost(LARGEST_BODY.usual), async (c) => {
    const asked = await readJson(c, createUserRequest)
    const { user, enrolment } = await hireUser(deps, asked, byCaller(c))
    const described = await describeUser(db, user)
    return c.json({ user: described, enrolment } satisfies z.input<typeof createUserAnswer>, 201)
  })

  routes.patch('/:id', atMost(LARGEST_BODY.usual), async (c) => {
    const { roles } = await readJson(c, setRolesRequest)
    const id = idOf(c.req.param('id'))
    const by = byCaller(c)
    const waiting = await journal.write((tx, append, now) =>
      askForRoles(tx, append, now, id, roles, by),
    )
    return c.json(await outcomeOf(db, waiting, by))
  })

  routes.post('/:id/enrolment', async (c) => {
    const enrolment = await resetSignIn(deps, idOf(c.req.param('id')), byCaller(c))
    return c.json({ enrolment } satisfies z.input<typeof enrolmentAnswer>)
  })

  routes.delete('/:id', async (c) => {
    await removeUser(deps, idOf(c.req.param('id')), byCaller(c))
    return c.body(null, 204)
  })

  return routes
}
