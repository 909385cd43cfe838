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
  readonly status?: 201
  /** Null: 204, without a body. */
  readonly answer: z.ZodType | typeof MESSAGE | null
  /** Besides those that every call, and every call of a caller like this, may be refused with. */
  readonly problems: readonly WireCode[]
}

/** What a body can be refused with. */
export const BODY_PROBLEMS = ['request/malformed', 'request/too-large'] as const
