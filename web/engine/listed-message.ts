import type { Bytes } from '#shared/bytes.ts'
import type { Attachment, AttachmentFacts, OpenedMessage } from '#shared/smime/opened-message.ts'

/** An opened message as it crosses from the worker, which keeps the content of the attachments. */
export type ListedMessage = Omit<OpenedMessage, 'attachments'> & {
  readonly attachments: readonly AttachmentFacts[]
}

/** The plain data of an opened message. */
export function listed({ attachments, ...message }: OpenedMessage): ListedMessage {
  return { ...message, attachments: attachments.map(factsOf) }
}

function factsOf(attachment: Attachment): AttachmentFacts {
  const facts: AttachmentFacts & { bytes?: Attachment['bytes'] } = { ...attachment }
  delete facts.bytes
  return facts
}

/** The message again, its attachments asked for by their number in the list. */
export function withParts(
  message: ListedMessage,
  part: (index: number) => Promise<Bytes>,
): OpenedMessage {
  const attachments = message.attachments.map((facts, index) => ({
    ...facts,
    bytes: () => part(index),
  }))
  return { ...message, attachments }
}
