import type { z } from 'zod'
import type { WireCode } from '../../errors.ts'

/** A mail as it is, and not JSON. */
export const MESSAGE = 'message/rfc822'

/** One call of `/api/v1`, as the OpenAPI document shows it. */
export type Call = {
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  /** Below `/api/v1`, with parameters in braces. */
  readonly path: string
  readonly does: string
  /** Who may: anybody, whoever has shown the password, or whoever is signed in. */
  readonly caller: 'anybody' | 'half-signed-in' | 'signed-in'
  readonly parameters?: Readonly<Record<string, z.ZodType>>
  readonly query?: z.ZodObject
  readonly request?: z.ZodType | typeof MESSAGE
  readonly status?: 201 | 303
  /** Null: 204, without a body. */
  readonly answer: z.ZodType | typeof MESSAGE | null
  /** Besides those that every call, and every call of a caller like this, may be refused with. */
  readonly problems: readonly WireCode[]
}

/** What a body can be refused with. */
export const BODY_PROBLEMS = ['request/malformed', 'request/too-large'] as const

/** What a session is asked for itself, as often as it likes; each answer is a new one. */
const ANEW_EACH_TIME = [
  '/session/extend',
  '/session/passkey-challenges',
  '/session/passkey-registrations',
]

/** Whether the call takes an `Idempotency-Key`: with the same one it is not done a second time. */
export function takesIdempotencyKey({ method, path, caller, request }: Call): boolean {
  if (method === 'get' || caller !== 'signed-in' || ANEW_EACH_TIME.includes(path)) return false
  return !path.startsWith('/mail/') || request === MESSAGE
}
