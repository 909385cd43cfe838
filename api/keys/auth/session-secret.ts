import { createHash, randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { base64url } from '#shared/base64.ts'

/** With its prefix `__Host-postern`: bound to this host, `Secure`, `Path=/` (RFC 6265bis §4.1.3.2). */
const COOKIE = 'postern'
const ATTRIBUTES = {
  httpOnly: true,
  sameSite: 'Strict',
  secure: true,
  path: '/',
  prefix: 'host',
} as const

/** What opens a session: 256 random bits. Only its hash is stored. */
export function newSecret(): { secret: string; secretHash: string } {
  const secret = base64url(randomBytes(32))
  return { secret, secretHash: hashSecret(secret) }
}

/** The hash of the secret that the call came with, or null when it has none. */
export function presentedSecretHash(c: Context): string | null {
  const secret = getCookie(c, COOKIE, 'host')
  return secret === undefined || secret === '' ? null : hashSecret(secret)
}

export function giveSecret(c: Context, secret: string): void {
  setCookie(c, COOKIE, secret, ATTRIBUTES)
}

export function takeSecretBack(c: Context): void {
  setCookie(c, COOKIE, '', { ...ATTRIBUTES, maxAge: 0 })
}

/** A secret of full entropy needs no slow hash. */
export function hashSecret(secret: string): string {
  return base64url(createHash('sha256').update(secret).digest())
}
