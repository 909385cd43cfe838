import type { MiddlewareHandler } from 'hono'
import { PosternError } from '#shared/errors.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses calls that another site makes a browser send with our cookie. Browsers say so themselves
 * (Fetch Metadata, `Sec-Fetch-Site`); the older ones send `Origin`. A caller that sends neither is no
 * browser, and nobody can ride on its cookie. `SameSite=Strict` and JSON-only bodies stand behind this.
 * @param publicOrigin where a proxy in front serves us, or null when the `Host` header is our own
 * @throws PosternError `request/forbidden-origin`
 */
export function sameOrigin(publicOrigin: string | null): MiddlewareHandler {
  return async (c, next) => {
    const site = c.req.header('sec-fetch-site')
    const origin = c.req.header('origin')
    if (!SAFE.has(c.req.method)) {
      const own = publicOrigin === null ? hostOf(c.req.raw) : new URL(publicOrigin).host
      if (!isOwn(site, origin, own)) {
        throw new PosternError('request/forbidden-origin', 'Calls from other sites are refused.')
      }
    }
    await next()
  }
}

function isOwn(site: string | undefined, origin: string | undefined, own: string): boolean {
  if (site !== undefined) return site === 'same-origin'
  if (origin !== undefined) return URL.parse(origin)?.host === own
  return true
}

function hostOf(request: Request): string {
  return request.headers.get('host') ?? new URL(request.url).host
}
