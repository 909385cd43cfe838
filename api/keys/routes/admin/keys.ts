import { Hono } from 'hono'
import type { z } from 'zod'
import {
  type adminKeyAnswer,
  type adminKeysAnswer,
  adminKeysQuery,
  createKeyRequest,
  type keyHistoryAnswer,
  setPolicyRequest,
} from '#shared/contract/admin/keys.ts'
import { idSchema } from '#shared/contract/wire.ts'
import { PosternError } from '#shared/errors.ts'
import { LARGEST_BODY } from '../../../largest-body.ts'
import { atMost, readJson, readWith } from '../../../read-request.ts'
import { listOwnedKeys } from '../../../storage/keys.ts'
import { findUserByName } from '../../../storage/users.ts'
import type { CallerEnv } from '../../auth/caller.ts'
import { askForPolicy, askToSwitchOn } from '../../changes/ask.ts'
import { createCompanyKey } from '../../lifecycle/company-key.ts'
import { readKeyHistory } from '../../lifecycle/key-history.ts'
import { retireKey } from '../../lifecycle/retire-key.ts'
import { switchOff } from '../../lifecycle/switch-key.ts'
import { policyChange } from '../../policy/policy-change.ts'
import type { KeyServiceDeps } from '../../service.ts'
import { byCaller } from './by-caller.ts'
import { describeKey, toAdminKey } from './describe-key.ts'
import { outcomeOf } from './outcome.ts'

type KeyAnswer = z.input<typeof adminKeyAnswer>

/** `/admin/keys`: everybody's keys. */
export function adminKeyRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const { db } = deps
  const routes = new Hono<CallerEnv>()

  routes.get('/', async (c) => {
    const { user, ...filter } = readWith(adminKeysQuery, c.req.query())
    const keys = await listOwnedKeys(db, { ...filter, username: user?.toLowerCase() })
    return c.json({ keys: keys.map(toAdminKey) } satisfies z.input<typeof adminKeysAnswer>)
  })

  routes.post('/', atMost(LARGEST_BODY.usual), async (c) => {
    const { user: username, purpose, algorithm } = await readJson(c, createKeyRequest)
    const user = await findUserByName(db, username.toLowerCase())
    if (user?.status !== 'active') {
      throw new PosternError('request/not-found', 'There is no such user.')
    }
    const { actor } = byCaller(c)
    const { id } = await createCompanyKey(deps, user, purpose, algorithm, actor)
    return c.json({ key: await describeKey(db, id) } satisfies KeyAnswer, 201)
  })

  routes.get('/:id/history', async (c) => {
    const { id } = await describeKey(db, idOf(c.req.param('id')))
    const events = await readKeyHistory(db, [id])
    return c.json({ events } satisfies z.input<typeof keyHistoryAnswer>)
  })

  return changeKeys(routes, deps)
}

/** What is done to one of them. */
function changeKeys(routes: Hono<CallerEnv>, deps: KeyServiceDeps): Hono<CallerEnv> {
  const { db, journal } = deps

  routes.post('/:id/switch-off', async (c) => {
    const id = idOf(c.req.param('id'))
    await switchOff(deps, id, byCaller(c).actor)
    return c.json({ key: await describeKey(db, id) } satisfies KeyAnswer)
  })

  routes.post('/:id/switch-on', async (c) => {
    const id = idOf(c.req.param('id'))
    const by = byCaller(c)
    const waiting = await journal.write((tx, append, now) => askToSwitchOn(tx, append, now, id, by))
    return c.json(await outcomeOf(db, waiting, by))
  })

  routes.post('/:id/retirement', async (c) => {
    const id = idOf(c.req.param('id'))
    await retireKey(deps, id, byCaller(c).actor)
    return c.json({ key: await describeKey(db, id) } satisfies KeyAnswer)
  })

  routes.patch('/:id/policy', atMost(LARGEST_BODY.usual), async (c) => {
    const change = policyChange(await readJson(c, setPolicyRequest))
    const id = idOf(c.req.param('id'))
    const by = byCaller(c)
    const waiting = await journal.write((tx, append, now) =>
      askForPolicy(tx, append, now, id, change, by),
    )
    return c.json(await outcomeOf(db, waiting, by))
  })

  return routes
}

function idOf(text: string): string {
  return readWith(idSchema, text)
}
