import type { MiddlewareHandler } from 'hono'
import { PosternError } from '#shared/errors.ts'
import { notFoundProblem } from '../../../problem.ts'
import { rolesOf } from '../../../storage/users.ts'
import type { CallerEnv } from '../../auth/caller.ts'

/**
 * Lets administrators change and auditors read. For everybody else there is nothing here: the answer is that of an
 * unknown address. The role is read at each call, so that one that was taken away is gone at once.
 * @throws PosternError `policy/denied` when an auditor wants to change something
 */
export function administrators(): MiddlewareHandler<CallerEnv> {
  return async (c, next) => {
    const roles = rolesOf(c.var.caller.user)
    if (roles.length === 0) return notFoundProblem(c)
    if (c.req.method !== 'GET' && !roles.includes('admin')) {
      throw new PosternError('policy/denied', 'An auditor reads, and changes nothing.')
    }
    await next()
    return undefined
  }
}
