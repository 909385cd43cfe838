import type { Draft } from '#shared/smime/draft.ts'

/** A draft of text alone to Bob, written now, with Dave in Bcc. */
export function textDraft(address: string, changes: Partial<Draft> = {}): Draft {
  return {
    from: { name: 'Aliçe', address },
    to: [{ name: 'Bob', address: 'bob@example.com' }],
    cc: [{ name: 'Carol, the boss', address: 'carol@example.com' }],
    bcc: [{ name: 'Dave', address: 'dave@example.com' }],
    subject: 'Grüße aus dem Lager, recht lang, damit die Zeile umbricht und gefaltet wird',
    date: new Date(),
    messageId: '<1234.5678@example.com>',
    text: 'Secret text.\n\nFrom here it goes on – with dashes.\n.\n',
    attachments: [],
    ...changes,
  }
}

/** The same with everything that a draft can have. */
export function draftFrom(address = 'alice@example.com', changes: Partial<Draft> = {}): Draft {
  const attachment = {
    name: 'Bericht für März.bin',
    mediaType: 'application/octet-stream',
    bytes: new Uint8Array(2000).fill(7),
  }
  const html = '<p>Secret <b>text</b>.</p>'
  return { ...textDraft(address), html, attachments: [attachment], ...changes }
}
