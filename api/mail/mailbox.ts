import type { Envelope, Folder, FolderName, MessagePage, Placed } from '#shared/contract/mail.ts'

/** Message bytes on their way in; read once, from front to end. */
export type MessageSource = AsyncIterable<Uint8Array>

/** A stored message. `size` counts the bytes that `stream` will give. */
export type StoredMessage = { readonly size: number; readonly stream: ReadableStream<Uint8Array> }

/**
 * One user's mailbox, wherever it lies. A uid is given once in a folder and never again, and the bytes behind it never change.
 * A message that is not there is `mail/not-found`; a mailbox that cannot be reached is `mail/unreachable`.
 */
export type Mailbox = {
  /** All folders with their counts, also the empty ones. */
  readonly folders: () => Promise<readonly Folder[]>
  /** Newest first, with uids below `before`. A message whose headers cannot be read still has an envelope. */
  readonly list: (
    folder: FolderName,
    page: { before?: number | undefined; limit: number },
  ) => Promise<MessagePage>
  readonly read: (folder: FolderName, uid: number) => Promise<StoredMessage>
  /** Sets what is given and leaves the rest. */
  readonly setFlags: (folder: FolderName, uid: number, flags: Partial<Flags>) => Promise<Envelope>
  readonly move: (folder: FolderName, uid: number, to: FolderName) => Promise<Placed>
  /**
   * Files a message, durable when this resolves. A repeated `idempotencyKey` within a day answers the first
   * place, and files nothing.
   * @throws PosternError `request/too-large` beyond `MAX_MESSAGE_BYTES`; nothing is filed then
   */
  readonly append: (
    folder: FolderName,
    message: MessageSource,
    options: { flags: Flags; idempotencyKey?: string | undefined },
  ) => Promise<Placed>
  /** Removes for good. */
  readonly remove: (folder: FolderName, uid: number) => Promise<void>
}

export type Flags = { readonly seen: boolean; readonly flagged: boolean }
