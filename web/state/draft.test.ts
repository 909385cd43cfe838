import { expect, test } from 'vitest'
import type { OpenedMessage } from '#shared/smime/opened-message.ts'
import {
  answerTo,
  draftOf,
  EMPTY,
  fieldsOfSaved,
  filesOf,
  readAddresses,
  readersOf,
  sameFields,
  whyNotResumed,
} from './draft.ts'

const ALICE = { username: 'alice', name: 'Alice', address: 'alice@example.com' }
const BOB = { name: 'Bob', address: 'bob@example.com' }
const CAROL = { name: 'Carol', address: 'carol@example.com' }

function opened(change: Partial<OpenedMessage> = {}): OpenedMessage {
  return {
    headers: {
      from: [BOB],
      to: [ALICE, CAROL],
      cc: [],
      bcc: [],
      replyTo: [],
      subject: 'Lunch',
      date: '2026-11-23T12:00:00Z',
      messageId: '<1@example.com>',
      inReplyTo: null,
      subjectProtected: false,
    },
    body: [{ kind: 'text', text: 'At noon?\nBob' }],
    attachments: [],
    encryption: { kind: 'none' },
    signature: { kind: 'none' },
    layers: [],
    ...change,
  }
}

const ENCRYPTED = {
  encryption: {
    kind: 'decrypted',
    contentAlgorithm: 'aes-256-gcm',
    keyId: 'k',
    integrity: 'authenticated',
    weak: false,
    recipients: [],
  },
} as const

test('A reply goes to the sender, quotes the text and names the message it answers', () => {
  const fields = answerTo(opened(), 'sender', ALICE)
  expect(fields).toMatchObject({ to: 'Bob <bob@example.com>', cc: '', subject: 'Re: Lunch' })
  expect(fields.text).toContain('> At noon?\n> Bob')
  expect(draftOf(fields, ALICE)).toMatchObject({
    inReplyTo: '<1@example.com>',
    references: ['<1@example.com>'],
  })
})

test('A reply to all leaves out the user', () => {
  expect(answerTo(opened(), 'all', ALICE).cc).toBe('Carol <carol@example.com>')
})

test('A reply to what one wrote goes to whom one wrote', () => {
  const sent = opened({ headers: { ...opened().headers, from: [ALICE], to: [BOB] } })
  expect(answerTo(sent, 'sender', ALICE).to).toBe('Bob <bob@example.com>')
})

test('The subject is prefixed once', () => {
  const again = opened({ headers: { ...opened().headers, subject: 'RE: Lunch' } })
  expect(answerTo(again, 'sender', ALICE).subject).toBe('RE: Lunch')
})

test('An answer to an encrypted message must stay encrypted', () => {
  for (const answer of ['sender', 'all', 'forward'] as const) {
    expect(answerTo(opened(ENCRYPTED), answer, ALICE)).toMatchObject({
      encrypt: true,
      mustEncrypt: true,
    })
  }
  expect(answerTo(opened(), 'sender', ALICE)).toMatchObject({ encrypt: false, mustEncrypt: false })
})

test('HTML is not quoted: it may hold words that nobody saw', () => {
  const html = opened({
    ...ENCRYPTED,
    body: [{ kind: 'html', html: '<p style="display:none">secret</p>' }],
  })
  expect(answerTo(html, 'sender', ALICE).text).not.toContain('secret')
  expect(answerTo(html, 'forward', ALICE).text).not.toContain('secret')
})

test('Files are passed on, but for encrypted parts below others', async () => {
  const bait = { ...PART, encryptedPart: true }
  const plan = { ...PART, name: 'plan.pdf', mediaType: 'application/pdf', encryptedPart: false }
  expect(await filesOf(opened({ attachments: [bait, plan] }))).toEqual([
    { name: 'plan.pdf', mediaType: 'application/pdf', bytes: new Uint8Array(4) },
  ])
})

test('What is no address in a field is named', () => {
  expect(readAddresses('Bob <bob@example.com>, carol@example.com, nonsense')).toEqual({
    addresses: [BOB, { name: '', address: 'carol@example.com' }],
    wrong: ['nonsense'],
  })
})

test('Line breaks pasted into the subject become blanks', () => {
  const draft = draftOf({ ...EMPTY, subject: 'one\r\nBcc: eve@example.com' }, ALICE)
  expect(draft.subject).toBe('one Bcc: eve@example.com')
})

test('A saved draft that was encrypted must stay encrypted, and is to be signed when it is sent', () => {
  expect(fieldsOfSaved(opened(ENCRYPTED))).toMatchObject({
    sign: true,
    encrypt: true,
    mustEncrypt: true,
  })
  expect(fieldsOfSaved(opened())).toMatchObject({ encrypt: false, mustEncrypt: false })
})

test('A saved draft goes on with whom it is hidden for, and what it answers', () => {
  const headers = { ...opened().headers, bcc: [CAROL], inReplyTo: '<1@example.com>' }
  const fields = fieldsOfSaved(opened({ headers }))
  expect(fields).toMatchObject({ bcc: 'Carol <carol@example.com>', inReplyTo: '<1@example.com>' })
})

test('A message id that could not be written is left out, and does not keep the answer from being sent', () => {
  const headers = { ...opened().headers, messageId: 'no id at all' }
  expect(answerTo(opened({ headers }), 'sender', ALICE).inReplyTo).toBeNull()
})

test('Who is named in To or Cc is not hidden as well, and nobody twice', () => {
  const fields = {
    ...EMPTY,
    to: BOB.address,
    bcc: 'BOB@example.com, carol@example.com, carol@example.com',
  }
  expect(draftOf(fields, ALICE).bcc.map(({ address }) => address)).toEqual(['carol@example.com'])
  expect(readersOf({ ...fields, cc: 'nonsense' }).wrong).toEqual(['nonsense'])
})

test('A file of the same name and length makes another draft', () => {
  const file = { name: 'a.txt', mediaType: 'text/plain', bytes: new Uint8Array(4) }
  const one = { ...EMPTY, attachments: [file] }
  expect(sameFields(one, { ...EMPTY, attachments: [file] })).toBe(true)
  expect(sameFields(one, { ...EMPTY, attachments: [{ ...file, bytes: new Uint8Array(4) }] })).toBe(
    false,
  )
})

const PART = {
  name: 'smime.p7m',
  mediaType: 'application/pkcs7-mime',
  size: 4,
  bytes: () => Promise.resolve(new Uint8Array(4)),
  contentId: null,
  inline: false,
}
const NOT_RESUMED: [string, Partial<OpenedMessage>][] = [
  ['encrypted', { encryption: { kind: 'no-key', contentAlgorithm: 'aes', recipients: [] } }],
  ['encrypted', { encryption: { kind: 'damaged', contentAlgorithm: null, reason: 'cut' } }],
  ['formatted text', { body: [{ kind: 'html', html: '<p>Hello</p>' }] }],
  ['an encrypted part', { attachments: [{ ...PART, encryptedPart: true }] }],
  ['no text', { body: [] }],
]

test.each(NOT_RESUMED)(
  'A draft is not gone on with where part would be lost: %s',
  (what, change) => {
    expect(whyNotResumed(opened(change))).toContain(what)
  },
)

test('A draft of readable text is gone on with, decrypted or not', () => {
  expect(whyNotResumed(opened())).toBeNull()
  expect(whyNotResumed(opened(ENCRYPTED))).toBeNull()
})
