import { isIP } from 'node:net'
import type { MiddlewareHandler } from 'hono'
import { PosternError } from '#shared/errors.ts'

/**
 * Refuses requests that name us by a name that is not ours. A page on `evil.example` whose name was re-bound to our
 * address (DNS rebinding) would count as the same origin; its `Host` header still tells. Bare addresses cannot be
 * re-bound, and `localhost` is resolved by no DNS server.
 * @param publicOrigin where a proxy in front serves us, or null
 * @throws PosternError `request/forbidden-origin`
 */
export function knownHost(publicOrigin: string | null): MiddlewareHandler {
  const publicHost = publicOrigin === null ? null : new URL(publicOrigin).hostname
  return async (c, next) => {
    const host = hostnameOf(c.req.header('host') ?? '')
    if (host === null || !(host === publicHost || host === 'localhost' || isAddress(host))) {
      throw new PosternError('request/forbidden-origin', 'This server does not go by that name.')
    }
    await next()
  }
}

function hostnameOf(host: string): string | null {
  if (!/^[\w.:[\]-]+$/.test(host)) return null // nothing that would be another part of a URL
  return URL.parse(`http://${host}`)?.hostname ?? null
}

function isAddress(host: string): boolean {
  return isIP(host.replace(/^\[|\]$/g, '')) !== 0
}
