import type { MiddlewareHandler } from 'hono'
import { type Session, sessionSchema } from '#shared/contract/session.ts'
import { TRACE_HEADER } from '../problem.ts'
import type { KeyServicePort } from './key-service-port.ts'

/** What the routes behind the guard can rely on. */
export type SignedIn = { Variables: { session: Session } }

/**
 * Lets signed-in users through; only the key service knows who that is, and its refusal is passed on as it is.
 * `extend` counts the call as use and starts the idle time again. A page may `look` on its own (at counts and
 * lists) for hours; that must not keep a session alive that nobody sits in front of.
 */
export function requireSession(
  keys: KeyServicePort,
  mode: 'look' | 'extend',
): MiddlewareHandler<SignedIn> {
  const [method, path] =
    mode === 'look' ? ['GET', '/api/v1/session'] : ['POST', '/api/v1/session/extend']
  return async (c, next) => {
    const headers = new Headers()
    for (const name of ['cookie', 'host', TRACE_HEADER]) {
      const value = c.req.header(name)
      if (value !== undefined) headers.set(name, value)
    }
    const answer = await keys(new Request(new URL(path, c.req.url), { method, headers }))
    if (!answer.ok) return answer
    c.set('session', sessionSchema.parse(await answer.json()))
    return next()
  }
}
