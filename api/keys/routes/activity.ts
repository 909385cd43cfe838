import { Hono } from 'hono'
import type { z } from 'zod'
import { type Activity, type activityAnswer, activityQuery } from '#shared/contract/activity.ts'
import { PosternError } from '#shared/errors.ts'
import { findOperationOf, listOperationsOf } from '../../storage/audit-entries.ts'
import { readWith } from '../../read-request.ts'
import { type CallerEnv, signedIn } from '../auth/caller.ts'
import type { KeyServiceDeps } from '../service.ts'

const PAGE = 200 // what a person looks through

type Operation = Awaited<ReturnType<typeof listOperationsOf>>[number]

/** `/activity`: the user's own log, read from the audit. */
export function activityRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()
  routes.get('/', signedIn(deps), async (c) => {
    const { before } = readWith(activityQuery, c.req.query())
    const { id } = c.var.caller.user
    const from = before === undefined ? null : await findOperationOf(deps.db, id, before)
    if (before !== undefined && from === null) {
      throw new PosternError('request/not-found', 'There is no such place in your log.')
    }
    const operations = await listOperationsOf(deps.db, id, from, PAGE)
    const activity = operations.flatMap((operation) => describe(operation) ?? [])
    const next = operations.length < PAGE ? null : (operations.at(-1)?.operation ?? null)
    return c.json({ activity, next } satisfies z.input<typeof activityAnswer>)
  })
  return routes
}

function describe(operation: Operation): Activity | null {
  const { at, action, phase, keyId, device } = operation
  const hasResult = phase === 'intent' // then the result, if there is one, tells
  const outcome = (hasResult ? operation.resultOutcome : operation.outcome) ?? 'unknown'
  const code = hasResult ? operation.resultCode : operation.code
  if (code === 'approval/required') return null // the approval that was asked for, or its lack, tells
  switch (action) {
    case 'alarm':
    case 'sign-in':
    case 'sign-out':
    case 'unwrap':
    case 'sign':
    case 'approval-made':
    case 'key-switched-off':
    case 'key-switched-on':
    case 'key-retired':
    case 'key-policy-changed':
    case 'factor-added':
    case 'factor-removed':
    case 'recovery-codes-made':
    case 'passkey-copied':
    case 'password-set':
      return { at, what: action, outcome, code, key: keyId, device }
    case 'totp-enrolled': // as it was called once
      return { at, what: 'factor-added', outcome, code, key: null, device }
    case 'approval-spent': // the operation beside it tells
      return null
    case 'key-created':
    case 'key-imported':
    case 'certificate-requested':
    case 'certificate-installed':
    case 'user-created':
    case 'anchor-added':
    case 'authority-created':
    case 'audit-key-recorded':
      return null // the administrator's log
  }
}
