import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { z } from 'zod'
import { base64url, parseBase64url } from '#shared/base64.ts'
import { utf8 } from '#shared/bytes.ts'
import { isPosternError } from '#shared/errors.ts'

/**
 * The session's own cookie is not sent when another site leads the browser back (`SameSite=Strict`), so what has to be
 * the same then has a cookie for itself: `Lax`, ten minutes, and worth nothing without the provider's code.
 */
const COOKIE = 'postern-openid'
const ATTRIBUTES = {
  httpOnly: true,
  sameSite: 'Lax',
  secure: true,
  path: '/',
  prefix: 'host',
} as const
const SECONDS = 10 * 60

const ceremonySchema = z.object({
  state: z.string().min(16).max(200),
  nonce: z.string().min(16).max(200),
  verifier: z.string().min(43).max(128), // RFC 7636 §4.1
  device: z.string().max(80),
})
type Kept = z.output<typeof ceremonySchema>

export function keepCeremony(c: Context, ceremony: Kept): void {
  const value = base64url(utf8(JSON.stringify(ceremony)))
  setCookie(c, COOKIE, value, { ...ATTRIBUTES, maxAge: SECONDS })
}

/** What was kept, once: it is gone with the answer. Null when there is none, or it is not ours. */
export function takeCeremony(c: Context): Kept | null {
  const value = getCookie(c, COOKIE, 'host')
  if (value === undefined) return null
  setCookie(c, COOKIE, '', { ...ATTRIBUTES, maxAge: 0 })
  return parse(value)
}

function parse(value: string): Kept | null {
  try {
    const read = ceremonySchema.safeParse(
      JSON.parse(new TextDecoder().decode(parseBase64url(value))),
    )
    return read.success ? read.data : null
  } catch (error) {
    if (isPosternError(error) || error instanceof SyntaxError) return null
    throw error
  }
}
