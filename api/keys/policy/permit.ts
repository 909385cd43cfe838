import type { TokenKey } from '../../hsm/port.ts'
import type { SessionTimes } from '../auth/session-times.ts'

/** Who wants to do what with which key. Digests are for the audit: SHA-256 or better, base64url. */
export type OperationRequest = {
  readonly action: 'unwrap' | 'sign'
  readonly keyId: string
  readonly userId: string
  readonly sessionId: string
  /** Of the CMS object, or of the content to be signed. */
  readonly digest: string
  /** Of the recipient entry's `encryptedKey`. */
  readonly entryDigest: string | null
}

/** What a request comes with besides: judged, and no part of its audit entries. */
export type Terms = {
  /** The hash of the approval that it names. */
  readonly approval: string | null
  /** Whether it says what its user saw. */
  readonly saysWhat: boolean
  /** Whether it is one of a batch. */
  readonly batched: boolean
}

/** What is to be decided. */
export type Asked = {
  readonly request: OperationRequest
  readonly terms: Terms
  readonly times: SessionTimes
}

/**
 * The decision that one operation may be done, recorded before it exists. The call to the token takes it and
 * spends it; there is no other way to learn the token key's name.
 */
export class Permit {
  /** Names the operation in the audit and towards the browser. */
  readonly operation: string
  readonly request: OperationRequest
  #key: TokenKey | null

  constructor(operation: string, request: OperationRequest, key: TokenKey) {
    this.operation = operation
    this.request = request
    this.#key = key
  }

  /** @throws TypeError the second time */
  spend(): TokenKey {
    const key = this.#key
    if (key === null) throw new TypeError('this permit is spent')
    this.#key = null
    return key
  }
}
