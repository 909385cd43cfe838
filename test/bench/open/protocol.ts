import type { Bytes } from '#shared/bytes.ts'
import type { ListedMessage } from '#web/engine/listed-message.ts'

/** What the page gets beside the message, base64 each. */
export type Keys = {
  /** DER. */
  readonly recipient: string
  readonly anchor: string
  /** What the key service would answer; empty where nothing is encrypted. */
  readonly contentKey: string
}

/** How a message was opened, to see that the whole work was done. */
export type Opened = {
  readonly encryption: string
  readonly signature: string
  readonly textLength: number
  readonly attachments: number
  readonly attachedBytes: number
}

/** Milliseconds by the name of the phase; one that comes twice is summed up. */
export type Phases = Readonly<Record<string, number>>

/** What the page offers to the bench as `bench`. */
export type BenchPage = {
  /** Fetches the message and keeps it in memory. */
  load(keys: Keys): Promise<void>
  /** Milliseconds from the bytes in the page's memory to the opened message there. */
  open(): Promise<{ readonly time: number; readonly opened: Opened }>
  phases(): Promise<Phases>
}

type Params = { readonly bytes: Bytes; readonly keys: Keys }

/** What the page asks of the worker, by the product's own way of asking. */
export type WorkerMethods = {
  open: { params: Params; result: ListedMessage }
  phases: { params: Params; result: Phases }
}

/** What the worker asks of the page: nothing, as it has the key. */
export type NoMethods = Record<string, never>
