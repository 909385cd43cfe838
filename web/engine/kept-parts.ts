import type { Bytes } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'
import type { Attachment } from '#shared/smime/opened-message.ts'

/** The attachments of the one message on the screen: they stay in the worker, and are decoded when asked for. */
export class KeptParts {
  #message: number | null = null
  #attachments: readonly Attachment[] = []

  keep(message: number, attachments: readonly Attachment[]): void {
    this.#message = message
    this.#attachments = attachments
  }

  /** Lets the message go, with the memory that it holds. */
  drop(): void {
    this.#message = null
    this.#attachments = []
  }

  /** Throws `operation/cancelled` where that message is not kept any more. */
  async bytes({
    message,
    index,
  }: {
    readonly message: number
    readonly index: number
  }): Promise<Bytes> {
    const attachment = message === this.#message ? this.#attachments[index] : undefined
    if (attachment === undefined) {
      throw new PosternError('operation/cancelled', 'The message is not open any more.')
    }
    return attachment.bytes()
  }
}
