import type { Bytes } from '../bytes.ts'
import { safeAttachmentName } from '../mime/attachment-name.ts'
import type { Content } from './content.ts'
import type { Attachment } from './opened-message.ts'

const MAX_PACKAGES = 10 // of one message; honest ones have one

/**
 * Lists what lies in Outlook's winmail.dat behind the package itself; its text is shown where there is no other.
 * The reader of that form is loaded when one comes.
 */
export async function withTnefUnpacked(content: Content): Promise<Content> {
  const packages = content.packages.slice(0, MAX_PACKAGES)
  if (packages.length === 0) return content
  const { readTnef } = await import('../outlook/tnef.ts')
  const unpacked = await Promise.all(
    packages.map(async (one) => ({ name: one.name, ...readTnef(await one.bytes()) })),
  )
  const texts = content.body.length > 0 ? [] : unpacked.map(({ text }) => text)
  return {
    ...content,
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
  { name, bytes }: { readonly name: string; readonly bytes: Bytes },
  unpackedFrom: string,
): Attachment {
  return {
    name: safeAttachmentName(name, 'attachment'),
    mediaType: 'application/octet-stream',
    size: bytes.length,
    bytes: () => Promise.resolve(bytes.slice()),
    contentId: null,
    inline: false,
    encryptedPart: false,
    unpackedFrom,
  }
}
