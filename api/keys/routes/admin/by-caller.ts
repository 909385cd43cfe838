import type { Context } from 'hono'
import type { CallerEnv } from '../../auth/caller.ts'
import { byAdministrator, type By } from '../../lifecycle/by.ts'

/** The administrator who calls, for the audit. */
export function byCaller(c: Context<CallerEnv>): By {
  const { user, session } = c.var.caller
  return byAdministrator(user, { sessionId: session.id })
}
