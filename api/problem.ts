import type { Context, ErrorHandler, NotFoundHandler } from 'hono'
import { idSchema } from '#shared/contract/wire.ts'
import { PROBLEM_STATUS, type Problem } from '#shared/contract/problem.ts'
import { type ApprovalNeed, isPosternError, PosternError, type WireCode } from '#shared/errors.ts'
import { randomId } from './random-id.ts'

/** Told of every error that the caller hears of only as `internal`, and of those that mean that a part is away. */
export type ProblemLog = (report: { traceId: string; code: WireCode; error: unknown }) => void

/** Carries the trace id of a call from the gateway to the key service, so that both name the same one. */
export const TRACE_HEADER = 'x-trace-id'

const TITLES: Record<WireCode, string> = {
  'request/malformed': 'The request is not well-formed',
  'request/too-large': 'The request is too large',
  'request/not-found': 'There is nothing here',
  'request/forbidden-origin': 'The request comes from another site',
  'request/repeated': 'The request was repeated in another form',
  'session/required': 'Sign in first',
  'session/expired': 'The session has ended',
  'factor/required': 'A second factor is needed',
  'factor/rejected': 'Sign-in was refused',
  'factor/locked': 'Too many attempts',
  'factor/last': 'The last factor has to stay',
  'openid/unreachable': 'The other place to sign in cannot be reached',
  'approval/required': 'This has to be approved',
  'approval/spent': 'The approval is used up',
  'key/not-found': 'There is no such key',
  'key/disabled': 'The key is switched off',
  'key/retired': 'The key is retired',
  'key/wrong-purpose': 'The key is not for this',
  'certificate/unfit': 'The certificate does not fit',
  'policy/denied': 'Not allowed',
  'change/needs-second': 'A second administrator has to agree',
  'user/taken': 'The name or address is taken',
  'user/last-admin': 'The last administrator has to stay',
  'quota/exceeded': 'Too many operations',
  'service/busy': 'The server is busy',
  'hsm/unavailable': 'The key store cannot be reached',
  'hsm/unsupported': 'The key store cannot do this',
  'audit/unavailable': 'The records cannot be written',
  'mail/not-found': 'There is no such message',
  'mail/rejected': 'The message was refused',
  'mail/unreachable': 'The mailbox cannot be reached',
  internal: 'Something went wrong',
}

/**
 * The one place where an error becomes an answer (RFC 9457). What is not ours, and what is ours but no
 * business of a client, says nothing but `internal`.
 */
export function problemResponse(error: unknown, traceId: string): Response {
  return responseOf(describeProblem(error, traceId))
}

/** Hono's `onError`, for both apps. */
export function onProblem(log: ProblemLog): ErrorHandler {
  return (error, c) => responseOf(toldProblem(log, c, error))
}

/** What the caller is told of an error, on record where it is no fault of theirs. */
export function toldProblem(log: ProblemLog, c: Context, error: unknown): Problem {
  const problem = describeProblem(error, traceIdOf(c.req.header(TRACE_HEADER)))
  const { traceId, code } = problem
  if (problem.status >= 500) log({ traceId, code, error })
  return problem
}

/** Hono's `notFound`, for both apps. */
export const notFoundProblem: NotFoundHandler = (c) =>
  problemResponse(
    new PosternError('request/not-found', 'No such address.'),
    traceIdOf(c.req.header(TRACE_HEADER)),
  )

/** The caller's trace id when it has the form of one, else a new one. */
function traceIdOf(header: string | undefined): string {
  return idSchema.safeParse(header).data ?? randomId()
}

function responseOf(problem: Problem): Response {
  const headers = new Headers({
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
  })
  const { status, retryAfter } = problem
  if (retryAfter !== undefined) headers.set('Retry-After', String(retryAfter))
  return new Response(JSON.stringify(problem), { status, headers })
}

function describeProblem(error: unknown, traceId: string): Problem {
  const told = toldOf(error)
  return {
    type: `/problems/${told.code}`,
    title: TITLES[told.code],
    status: PROBLEM_STATUS[told.code],
    code: told.code,
    detail: told.detail,
    ...(told.retryAfter === undefined ? {} : { retryAfter: told.retryAfter }),
    ...(told.needs === undefined ? {} : { needs: told.needs }),
    traceId,
  }
}

type Told = {
  readonly code: WireCode
  readonly detail: string
  readonly retryAfter?: number | undefined
  readonly needs?: ApprovalNeed | undefined
}

function toldOf(error: unknown): Told {
  if (isPosternError(error) && isWireCode(error.code) && error.code !== 'internal') {
    const { code, message, retryAfter, needs } = error
    return {
      code,
      detail: message,
      retryAfter: retryAfter === undefined ? undefined : atLeastOne(retryAfter),
      needs,
    }
  }
  return { code: 'internal', detail: 'Please try again.' }
}

function isWireCode(code: string): code is WireCode {
  return Object.hasOwn(PROBLEM_STATUS, code)
}

function atLeastOne(seconds: number): number {
  return Math.max(1, Math.ceil(seconds))
}
