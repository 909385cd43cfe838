import { expect, test } from 'vitest'
import type { OpenedMessage } from '#shared/smime/opened-message.ts'
import { KeptParts } from './kept-parts.ts'
import { listed, withParts } from './listed-message.ts'

const FILE = {
  name: 'plan.pdf',
  mediaType: 'application/pdf',
  size: 2,
  contentId: null,
  inline: false,
  encryptedPart: false,
  bytes: () => Promise.resolve(Uint8Array.of(1, 2)),
}

const MESSAGE: OpenedMessage = {
  headers: {
    from: [{ name: 'Bob', address: 'bob@example.com' }],
    to: [],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: 'The plan',
    date: null,
    messageId: null,
    inReplyTo: null,
    subjectProtected: false,
  },
  body: [{ kind: 'text', text: 'Here it is.' }],
  attachments: [FILE],
  encryption: { kind: 'none' },
  signature: { kind: 'none' },
  layers: [],
}

test('A message crosses as plain data, and its attachments are had from where they are kept', async () => {
  const kept = new KeptParts()
  kept.keep(7, MESSAGE.attachments)
  const crossed = structuredClone(listed(MESSAGE))
  const { attachments } = withParts(crossed, (index) => kept.bytes({ message: 7, index }))
  expect(attachments).toMatchObject([{ name: 'plan.pdf', size: 2 }])
  expect(await attachments[0]?.bytes()).toEqual(Uint8Array.of(1, 2))
})

test('What was let go, or belongs to another message, is refused', async () => {
  const kept = new KeptParts()
  kept.keep(8, [FILE])
  const gone = { code: 'operation/cancelled' }
  await expect(kept.bytes({ message: 7, index: 0 })).rejects.toMatchObject(gone)
  await expect(kept.bytes({ message: 8, index: 1 })).rejects.toMatchObject(gone)
  kept.drop()
  await expect(kept.bytes({ message: 8, index: 0 })).rejects.toMatchObject(gone)
})
