import { z } from 'zod'
import type { ApprovalNeed, WireCode } from '../errors.ts'

/** The HTTP status of each code; a code without one does not compile. */
export const PROBLEM_STATUS = {
  'request/malformed': 400,
  'request/too-large': 413,
  'request/not-found': 404,
  'request/forbidden-origin': 403,
  'request/repeated': 409,
  'session/required': 401,
  'session/expired': 401,
  'factor/required': 401,
  'factor/rejected': 401,
  'factor/locked': 429,
  'factor/last': 409,
  'openid/unreachable': 503,
  'approval/required': 403,
  'approval/spent': 403,
  'key/not-found': 404,
  'key/disabled': 403,
  'key/retired': 403,
  'key/wrong-purpose': 403,
  'certificate/unfit': 422,
  'policy/denied': 403,
  'change/needs-second': 403,
  'user/taken': 409,
  'user/last-admin': 409,
  'quota/exceeded': 429,
  'service/busy': 503,
  'hsm/unavailable': 503,
  'hsm/unsupported': 422,
  'audit/unavailable': 503,
  'mail/not-found': 404,
  'mail/rejected': 422,
  'mail/unreachable': 503,
  internal: 500,
} as const satisfies Record<WireCode, number>

const codes = Object.keys(PROBLEM_STATUS) as [WireCode, ...WireCode[]]

/** Which approval would do (`POST /approvals`): of `uses` operations (null: any number), within `minutes`. */
const approvalNeedSchema = z.object({
  mode: z.enum(['each-use', 'period']),
  minutes: z.number().int().positive(),
  uses: z.number().int().positive().nullable(),
}) satisfies z.ZodType<ApprovalNeed>

/** RFC 9457 problem details, as every refused call answers: `application/problem+json`. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(codes),
  detail: z.string(),
  retryAfter: z.number().int().positive().optional(),
  /** With `approval/required` and `approval/spent`. */
  needs: approvalNeedSchema.optional(),
  traceId: z.string(),
})
export type Problem = z.infer<typeof problemSchema>
