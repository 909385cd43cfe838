import type { Context } from 'hono'
import { PosternError } from '#shared/errors.ts'
import { hostOf } from '../../../same-origin.ts'

/** Whom passkeys are for (Web Authentication Level 3 §4, RP ID): one name, reached at one origin. */
export type RelyingParty = { readonly origin: string; readonly id: string }

/**
 * Who we are to the browser that calls. Without a proxy in front that is `localhost` only: an address is no name, and
 * any other name would be the caller's own word.
 * @param publicOrigin where a proxy in front serves us, or null
 * @throws PosternError `policy/denied` where passkeys cannot work
 */
export function relyingParty(publicOrigin: string | null, c: Context): RelyingParty {
  const url = URL.parse(publicOrigin ?? `http://${hostOf(c.req.raw)}`)
  if (url !== null && (url.hostname === 'localhost' || publicOrigin !== null)) {
    if (isName(url.hostname)) return relyingPartyAt(url.origin)
  }
  const where =
    publicOrigin === null
      ? 'Open Postern as http://localhost with its port'
      : 'It has an address only'
  throw new PosternError(
    'policy/denied',
    `Passkeys need a name that this server goes by. ${where}.`,
  )
}

/** The same, for an origin that was found to be ours before. */
export function relyingPartyAt(origin: string): RelyingParty {
  return { origin, id: new URL(origin).hostname }
}

function isName(hostname: string): boolean {
  return !hostname.includes(':') && !/^[\d.]+$/.test(hostname)
}
