import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { base64url } from '#shared/base64.ts'
import { PosternError } from '#shared/errors.ts'
import type { CallerEnv } from '../auth/caller.ts'

const KEY = /^[\x21-\x7e]{1,200}$/ // as the mail calls take

/**
 * A call that may come again: its name, and what it asks. SHA-256, base64url; both over the key, which is not stored, so
 * that nobody finds a password by trying what was asked.
 */
export type RepeatableCall = { readonly name: string; readonly request: string }

/**
 * The call, or null when it has no idempotency key.
 * @param scope whose keys these are: the same key of another user, or session, is another one
 * @throws PosternError `request/malformed`
 */
export async function repeatableCall(
  c: Context<CallerEnv>,
  scope: 'user' | 'session',
): Promise<RepeatableCall | null> {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return null
  if (!KEY.test(key)) throw new PosternError('request/malformed', 'The idempotency key is wrong.')
  const { user, session } = c.var.caller
  const whose = scope === 'user' ? user.id : session.id
  const { pathname, search } = new URL(c.req.url)
  const body = new Uint8Array(await c.req.arrayBuffer())
  return {
    name: digest(`postern/v1 repeat\n${scope}\n${whose}\n${key}`),
    request: digest(`postern/v1 request\n${key}\n${c.req.method}\n${pathname}${search}\n`, body),
  }
}

/** @throws PosternError `request/repeated` when something else was asked */
export function sameRequest(call: RepeatableCall, first: { readonly request: string }): void {
  if (first.request === call.request) return
  throw new PosternError('request/repeated', 'The idempotency key was used for another request.')
}

function digest(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return base64url(hash.digest())
}
