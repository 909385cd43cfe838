import pkcs11 from 'pkcs11js'
import { type ErrorCode, isPosternError, PosternError } from '#shared/errors.ts'

const {
  CKR_CRYPTOKI_NOT_INITIALIZED,
  CKR_DEVICE_ERROR,
  CKR_DEVICE_MEMORY,
  CKR_DEVICE_REMOVED,
  CKR_FUNCTION_FAILED,
  CKR_FUNCTION_NOT_SUPPORTED,
  CKR_GENERAL_ERROR,
  CKR_HOST_MEMORY,
  CKR_KEY_HANDLE_INVALID,
  CKR_KEY_SIZE_RANGE,
  CKR_MECHANISM_INVALID,
  CKR_MECHANISM_PARAM_INVALID,
  CKR_OBJECT_HANDLE_INVALID,
  CKR_OPERATION_ACTIVE,
  CKR_PIN_EXPIRED,
  CKR_PIN_INCORRECT,
  CKR_PIN_INVALID,
  CKR_PIN_LEN_RANGE,
  CKR_PIN_LOCKED,
  CKR_SESSION_CLOSED,
  CKR_SESSION_HANDLE_INVALID,
  CKR_TOKEN_NOT_PRESENT,
  CKR_USER_NOT_LOGGED_IN,
} = pkcs11

/** After these the module, the login or the handles are worth nothing: only a fresh worker helps. */
const LOST: readonly number[] = [
  CKR_CRYPTOKI_NOT_INITIALIZED,
  CKR_DEVICE_ERROR,
  CKR_DEVICE_MEMORY,
  CKR_DEVICE_REMOVED,
  CKR_FUNCTION_FAILED,
  CKR_GENERAL_ERROR,
  CKR_HOST_MEMORY,
  CKR_KEY_HANDLE_INVALID,
  CKR_OBJECT_HANDLE_INVALID,
  CKR_OPERATION_ACTIVE, // left by a call that failed: every later one of this session would fail, too
  CKR_SESSION_CLOSED,
  CKR_SESSION_HANDLE_INVALID,
  CKR_TOKEN_NOT_PRESENT,
  CKR_USER_NOT_LOGGED_IN,
]

const UNSUPPORTED: readonly number[] = [
  CKR_FUNCTION_NOT_SUPPORTED,
  CKR_KEY_SIZE_RANGE,
  CKR_MECHANISM_INVALID,
  CKR_MECHANISM_PARAM_INVALID,
]

const WRONG_PIN: readonly number[] = [
  CKR_PIN_EXPIRED,
  CKR_PIN_INCORRECT,
  CKR_PIN_INVALID,
  CKR_PIN_LEN_RANGE,
  CKR_PIN_LOCKED,
]

/** What the token's answer means for us. Our own errors stay as they are; what is not known is `internal`. */
export function tokenFailure(error: unknown): PosternError {
  if (isPosternError(error)) return error
  const code = codeOf(error)
  return new PosternError(code, `The token refused (${code})`, { cause: error })
}

function codeOf(error: unknown): ErrorCode {
  if (!(error instanceof pkcs11.Pkcs11Error)) return 'internal'
  if (WRONG_PIN.includes(error.code)) return 'token/wrong-pin'
  if (LOST.includes(error.code)) return 'hsm/unavailable'
  return UNSUPPORTED.includes(error.code) ? 'hsm/unsupported' : 'internal'
}
