import type { Draft } from '#shared/smime/draft.ts'

const DAVE = { name: 'Dave', address: 'dave@example.com' }

/** A draft from Alice to Bob with everything in it, written now. */
export function draftFrom(address = 'alice@example.com', changes: Partial<Draft> = {}): Draft {
  return {
    from: { name: 'Aliçe', address },
    to: [{ name: 'Bob', address: 'bob@example.com' }],
    cc: [{ name: 'Carol, the boss', address: 'carol@example.com' }],
    bcc: [DAVE],
    subject: 'Grüße aus dem Lager, recht lang, damit die Zeile umbricht und gefaltet wird',
    date: new Date(),
    messageId: '<1234.5678@example.com>',
    text: 'Secret text.\n\nFrom here it goes on – with dashes.\n.\n',
    html: '<p>Secret <b>text</b>.</p>',
    attachments: [
      {
        name: 'Bericht für März.bin',
        mediaType: 'application/octet-stream',
        bytes: new Uint8Array(2000).fill(7),
      },
    ],
    ...changes,
  }
}
