/** What a server may answer, in the order of the protocol. `contract/problem.ts` gives each its HTTP status. */
export type WireCode =
  | 'request/malformed'
  | 'request/too-large'
  | 'request/not-found'
  | 'request/forbidden-origin'
  | 'request/repeated'
  | 'session/required'
  | 'session/expired'
  | 'factor/required'
  | 'factor/rejected'
  | 'factor/locked'
  | 'factor/last'
  | 'openid/unreachable'
  | 'approval/required'
  | 'approval/spent'
  | 'key/not-found'
  | 'key/disabled'
  | 'key/retired'
  | 'key/wrong-purpose'
  | 'certificate/unfit'
  | 'policy/denied'
  | 'change/needs-second'
  | 'user/taken'
  | 'user/last-admin'
  | 'quota/exceeded'
  | 'service/busy'
  | 'hsm/unavailable'
  | 'hsm/unsupported'
  | 'audit/unavailable'
  | 'mail/not-found'
  | 'mail/rejected'
  | 'mail/unreachable'
  | 'internal'

/** What stops us before a server is asked, or without one. */
export type LocalCode =
  | 'network/offline'
  | 'network/bad-answer'
  | 'operation/cancelled'
  | 'asn1/malformed'
  | 'asn1/limit'
  | 'x509/malformed'
  | 'cms/malformed'
  | 'cms/unsupported'
  | 'cms/limit'
  | 'mime/malformed'
  | 'mime/limit'
  | 'content/damaged'
  | 'seal/no-certificate'
  | 'seal/bad-draft'
  | 'config/invalid'
  | 'config/port-busy'
  | 'config/unwritable'
  | 'pkcs12/malformed'
  | 'pkcs12/unsupported'
  | 'pkcs12/wrong-password'
  | 'token/module-missing'
  | 'token/wrong-pin'
  | 'token/broken'

/** Every code of a `PosternError`. */
export type ErrorCode = WireCode | LocalCode

/** What an approval has to be for, where one is needed: so many uses of certain digests, or any (null), for a while. */
export type ApprovalNeed = {
  readonly mode: 'each-use' | 'period'
  readonly minutes: number
  readonly uses: number | null
}

/**
 * The one error of Postern: a code from a closed list and a sentence that is safe to show.
 * Mistakes of a caller stay `TypeError`; a bad message is a verdict, not an error.
 */
export class PosternError extends Error {
  override readonly name = 'PosternError'
  readonly code: ErrorCode
  /** Seconds to wait before the same call can succeed, where the code has such a time. */
  readonly retryAfter: number | undefined
  /** With `approval/required` and `approval/spent`: which approval would do. */
  readonly needs: ApprovalNeed | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; retryAfter?: number; needs?: ApprovalNeed } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.retryAfter = options.retryAfter
    this.needs = options.needs
  }
}

/** Whether `error` is ours, and has one of these codes (any, when none is named). */
export function isPosternError(
  error: unknown,
  ...codes: readonly ErrorCode[]
): error is PosternError {
  return error instanceof PosternError && (codes.length === 0 || codes.includes(error.code))
}
