import type { Context, MiddlewareHandler } from 'hono'
import { PosternError } from '#shared/errors.ts'

/** Where a provider of OpenID Connect leads the browser back to: the one door for other sites. */
export const OPENID_CALLBACK = '/api/v1/session/openid/callback'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses calls that another site makes a browser send with our cookie; reading, too, for it counts as use of
 * the session. Browsers say so themselves (Fetch Metadata, `Sec-Fetch-Site`; `none` is the user's own
 * address bar, which changes nothing); the older ones send `Origin`. A caller that sends neither is no
 * browser, and nobody can ride on its cookie. `SameSite=Strict` and JSON-only bodies stand behind this.
 * @param publicOrigin where a proxy in front serves us, or null when the `Host` header is our own
 * @throws PosternError `request/forbidden-origin`
 */
export function sameOrigin(publicOrigin: string | null): MiddlewareHandler {
  return async (c, next) => {
    if (!isOwn(c, publicOrigin) && !isOpenIdCallback(c)) {
      throw new PosternError('request/forbidden-origin', 'Calls from other sites are refused.')
    }
    await next()
  }
}

function isOwn({ req }: Context, publicOrigin: string | null): boolean {
  const site = req.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin' || (site === 'none' && SAFE.has(req.method))
  const origin = req.header('origin')
  if (origin === undefined) return true
  const own = publicOrigin === null ? hostOf(req.raw) : new URL(publicOrigin).host
  return URL.parse(origin)?.host === own
}

/** A page that the browser goes to, not a call; it brings what only this browser has, and changes nothing without. */
function isOpenIdCallback({ req }: Context): boolean {
  const mode = req.header('sec-fetch-mode') ?? 'navigate'
  return req.method === 'GET' && req.path === OPENID_CALLBACK && mode === 'navigate'
}

/** The host that the call names, with its port. */
export function hostOf(request: Request): string {
  return request.headers.get('host') ?? new URL(request.url).host
}
