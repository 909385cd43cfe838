import { Hono } from 'hono'
import type { z } from 'zod'
import type { Activity, activityAnswer } from '#shared/contract/activity.ts'
import { listOperationsOf } from '../../storage/audit-entries.ts'
import { type CallerEnv, signedIn } from '../auth/caller.ts'
import type { KeyServiceDeps } from '../service.ts'

const SHOWN = 200 // the newest; what a person looks through

type Operation = Awaited<ReturnType<typeof listOperationsOf>>[number]

/** `/activity`: the user's own log, read from the audit. */
export function activityRoutes(deps: KeyServiceDeps): Hono<CallerEnv> {
  const routes = new Hono<CallerEnv>()
  routes.get('/', signedIn(deps), async (c) => {
    const operations = await listOperationsOf(deps.db, c.var.caller.user.id, SHOWN)
    const activity = operations.flatMap((operation) => describe(operation) ?? [])
    return c.json({ activity } satisfies z.input<typeof activityAnswer>)
  })
  return routes
}

function describe(operation: Operation): Activity | null {
  const { at, action, phase, keyId, device } = operation
  const hasResult = phase === 'intent' // then the result, if there is one, tells
  const outcome = (hasResult ? operation.resultOutcome : operation.outcome) ?? 'unknown'
  const code = hasResult ? operation.resultCode : operation.code
  switch (action) {
    case 'sign-in':
    case 'sign-out':
    case 'unwrap':
    case 'sign':
    case 'key-switched-off':
    case 'key-switched-on':
      return { at, what: action, outcome, code, key: keyId, device }
    case 'key-created':
    case 'user-created':
    case 'password-set':
    case 'totp-enrolled':
    case 'anchor-added':
    case 'authority-created':
      return null // the administrator's log
  }
}
