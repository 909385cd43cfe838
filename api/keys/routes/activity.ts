import { Hono } from 'hono'
import type { z } from 'zod'
import { type Activity, type activityAnswer, activityQuery } from '#shared/contract/activity.ts'
import { PosternError } from '#shared/errors.ts'
import { findOperationOf, listOperationsOf } from '../../storage/audit-entries.ts'
import type { AuditAction } from '../../storage/audit-rows.ts'
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

/** What has another name in the user's own log, or stands in the administrator's alone. */
const ELSEWHERE: Readonly<Record<Exclude<AuditAction, Activity['what']>, Activity['what'] | null>> =
  {
    'totp-enrolled': 'factor-added', // as it was called once
    'approval-spent': null, // the operation beside it tells
    'key-created': null,
    'key-imported': null,
    'certificate-requested': null,
    'certificate-installed': null,
    'user-created': null,
    'user-removed': null,
    'change-done': null,
    'change-expired': null,
    'anchor-added': null,
    'authority-created': null,
    'audit-key-recorded': null,
    'audit-lost': null,
    restored: null,
  }

function describe(operation: Operation): Activity | null {
  const { at, action, phase, keyId, device } = operation
  const hasResult = phase === 'intent' // then the result, if there is one, tells
  const outcome = (hasResult ? operation.resultOutcome : operation.outcome) ?? 'unknown'
  const code = hasResult ? operation.resultCode : operation.code
  if (code === 'approval/required') return null // the approval that was asked for, or its lack, tells
  const what = isElsewhere(action) ? ELSEWHERE[action] : action
  return what === null ? null : { at, what, outcome, code, key: keyId, device }
}

function isElsewhere(action: AuditAction): action is keyof typeof ELSEWHERE {
  return Object.hasOwn(ELSEWHERE, action)
}
