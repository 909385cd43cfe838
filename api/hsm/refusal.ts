import { type ErrorCode, PosternError } from '#shared/errors.ts'

/** The worker's codes as sentences. Only the code crosses from it: what the module said stays there. */
const SENTENCES: Partial<Record<ErrorCode, string>> = {
  'request/malformed': 'The recipient entry does not fit this key',
  'key/wrong-purpose': 'This key is for something else',
  'hsm/unavailable': 'The key hardware cannot be reached',
  'hsm/unsupported': 'The key hardware does not support this algorithm',
  'token/module-missing': 'The PKCS#11 module cannot be loaded',
  'token/wrong-pin': 'The token refused the PIN; it is not tried again',
  'token/broken': 'The token is not as it should be',
}

/** The error of a code that the worker answered; a code that it should not answer says nothing. */
export function refusal(code: ErrorCode, retryAfter?: number): PosternError {
  const sentence = SENTENCES[code]
  if (sentence === undefined) return new PosternError('internal', 'The key hardware failed')
  return new PosternError(code, sentence, retryAfter === undefined ? {} : { retryAfter })
}
