import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { TRACE_HEADER } from '../problem.ts'
import { randomId } from '../random-id.ts'

/** One answered call. Nothing here comes from the caller as it is: no path, no query, no header, no body. */
export type AccessEntry = {
  readonly method: string
  /** The pattern that matched, such as `/api/v1/mail/folders/:folder/messages/:uid`. */
  readonly route: string
  readonly status: number
  readonly ms: number
  readonly traceId: string
  /** The problem's code, where the call was refused. */
  readonly code: string | null
}

export type AccessLog = (entry: AccessEntry) => void

/** Gives each call a trace id of our own making, known to both services and to the caller, and writes it down. */
export function accessLog(log: AccessLog): MiddlewareHandler {
  return async (c, next) => {
    const started = performance.now()
    const traceId = randomId()
    c.req.raw.headers.set(TRACE_HEADER, traceId) // in place: a new request would make a stream of the body
    await next()
    c.res.headers.set('X-Trace-Id', traceId)
    log({
      method: c.req.method,
      route: routePath(c),
      status: c.res.status,
      ms: Math.round((performance.now() - started) * 10) / 10,
      traceId,
      code: await problemCode(c.res),
    })
  }
}

async function problemCode(response: Response): Promise<string | null> {
  if (response.headers.get('content-type') !== 'application/problem+json') return null
  if (response.headers.has('content-encoding')) return null // of a page that is not there; its status says it
  const problem = (await response.clone().json()) as { code: string }
  return problem.code
}
