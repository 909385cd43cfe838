import type { Bytes } from '#shared/bytes.ts'
import type { Checkpoint } from '#shared/contract/checkpoint.ts'
import type { ErrorCode } from '#shared/errors.ts'
import type {
  Capabilities,
  ImportRequest,
  Inventory,
  SignRequest,
  TokenKey,
  UnwrapRequest,
} from './port.ts'

/** One operation of the token, as it is asked for and answered between the two processes. */
export type Operations = {
  unwrap: { ask: UnwrapRequest; answer: { enc: Bytes; sealed: Bytes } }
  sign: { ask: SignRequest; answer: Bytes }
  generateKey: { ask: { key: TokenKey }; answer: { spki: Bytes } }
  publicKey: { ask: { key: TokenKey }; answer: { spki: Bytes } }
  importKey: { ask: null; answer: { spki: Bytes } }
  importPrivateKey: { ask: ImportRequest; answer: null }
  protect: { ask: { secret: Bytes; context: Bytes }; answer: Bytes }
  reveal: { ask: { sealed: Bytes; context: Bytes }; answer: Bytes }
  keyedHash: { ask: { data: Bytes }; answer: Bytes }
  signCheckpoint: { ask: { checkpoint: Checkpoint }; answer: { spki: Bytes; signature: Bytes } }
}

export type OperationName = keyof Operations

export type Call = {
  [Name in OperationName]: { name: Name; ask: Operations[Name]['ask'] }
}[OperationName]

export type Answer = Operations[OperationName]['answer']

/** Logs in and serves. The PIN travels here alone: never by arguments or environment. */
export type StartMessage = {
  readonly kind: 'start'
  readonly modulePath: string
  readonly tokenLabel: string
  readonly pin: string
  /** Whether to tell what the token holds, to be compared with others. */
  readonly inventory?: boolean
}

/** Makes the token ready for its first start, then ends. */
export type ProvisionMessage = Omit<StartMessage, 'kind'> & {
  readonly kind: 'provision'
  /** Null: only a token that has its PIN is made ready. */
  readonly soPin: string | null
}

export type ToWorker =
  | StartMessage
  | ProvisionMessage
  | { readonly kind: 'call'; readonly id: number; readonly call: Call }
  /** End what is running, then the process. */
  | { readonly kind: 'stop' }

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'inventory'; readonly inventory: Inventory }
  | { readonly kind: 'probed'; readonly capabilities: Capabilities }
  /** A key whose attributes are not those it was made with; it is refused from now on. */
  | { readonly kind: 'key-changed'; readonly id: string; readonly attributes: readonly number[] }
  | { readonly kind: 'failed'; readonly code: ErrorCode }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly id: number; readonly code: ErrorCode }
