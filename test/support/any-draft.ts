import fc from 'fast-check'
import { displayText } from '#shared/mime/display-text.ts'
import { safeAttachmentName } from '#shared/mime/attachment-name.ts'
import type { Draft } from '#shared/smime/draft.ts'

/** Any line that can be shown as it is: fields and names are made safe for that when they are read. */
const shownLine = (maxLength: number) =>
  fc.string({ unit: 'grapheme', maxLength }).filter((text) => displayText(text) === text)

/** Any text of lines, with whatever characters there are. */
const anyText = fc
  .array(fc.string({ unit: 'grapheme', maxLength: 120 }), { maxLength: 12 })
  .map((lines) =>
    lines
      .join('\n')
      .replace(/\r\n?/g, '\n')
      .replace(/^\ufeff/, ''),
  )

const atom = fc
  .stringMatching(/^[a-z0-9][a-z0-9.+_-]{0,18}[a-z0-9]$/)
  .filter((text) => !text.includes('..'))
const anyMailbox = fc.record({
  name: shownLine(40),
  address: atom.map((local) => `${local}@example.com`),
})
const anyMailboxes = fc.array(anyMailbox, { maxLength: 4 })
const anyId = fc.stringMatching(/^[a-z0-9.$+-]{1,60}$/).map((text) => `<${text}@example.com>`)

const anyFile = fc.record({
  name: shownLine(60).map((name) => safeAttachmentName(name, 'attachment')),
  mediaType: fc.constantFrom('application/octet-stream', 'image/png', 'application/pdf'),
  bytes: fc.uint8Array({ maxLength: 3000 }).map((bytes) => Uint8Array.from(bytes)),
})

/** Any draft from this address that a user could write, dated within some minutes of now. */
export function anyDraft(address: string): fc.Arbitrary<Draft> {
  return fc.record(
    {
      from: shownLine(40).map((name) => ({ name, address })),
      to: anyMailboxes,
      cc: anyMailboxes,
      bcc: anyMailboxes,
      subject: shownLine(200),
      date: fc.integer({ min: -500, max: 500 }).map(secondsFromNow),
      messageId: anyId,
      text: anyText,
      html: anyText,
      attachments: fc.array(anyFile, { maxLength: 3 }),
      inReplyTo: anyId,
      references: fc.array(anyId, { maxLength: 5 }),
    },
    {
      requiredKeys: [
        'from',
        'to',
        'cc',
        'bcc',
        'subject',
        'date',
        'messageId',
        'text',
        'attachments',
      ],
    },
  )
}

function secondsFromNow(seconds: number): Date {
  return new Date((Math.floor(Date.now() / 1000) + seconds) * 1000)
}
