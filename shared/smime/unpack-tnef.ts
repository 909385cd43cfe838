import { safeAttachmentName } from '../mime/attachment-name.ts'
import { isTnef } from '../outlook/signatures.ts'
import type { Content } from './content.ts'
import type { Attachment } from './opened-message.ts'

const MAX_PACKAGES = 10 // of one message; honest ones have one

/**
 * Lists what lies in Outlook's winmail.dat behind the package itself; its text is shown where there is no other.
 * The reader of that form is loaded when one comes.
 */
export async function withTnefUnpacked(content: Content): Promise<Content> {
  const packages = content.attachments.filter(({ bytes }) => isTnef(bytes)).slice(0, MAX_PACKAGES)
  if (packages.length === 0) return content
  const { readTnef } = await import('../outlook/tnef.ts')
  const unpacked = packages.map((one) => ({ name: one.name, ...readTnef(one.bytes) }))
  const texts = content.body.length > 0 ? [] : unpacked.map(({ text }) => text)
  return {
    body: [
      ...content.body,
      ...texts.filter((text) => text !== '').map((text) => ({ kind: 'text', text }) as const),
    ],
    attachments: [
      ...content.attachments,
      ...unpacked.flatMap(({ name, files }) => files.map((file) => toAttachment(file, name))),
    ],
  }
}

function toAttachment(
  file: { readonly name: string; readonly bytes: Attachment['bytes'] },
  unpackedFrom: string,
): Attachment {
  return {
    name: safeAttachmentName(file.name, 'attachment'),
    mediaType: 'application/octet-stream',
    bytes: file.bytes,
    contentId: null,
    inline: false,
    encryptedPart: false,
    unpackedFrom,
  }
}
