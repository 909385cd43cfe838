import { afterAll, describe, expect, it, vi } from 'vitest'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { open } from '#shared/smime/open.ts'
import { envelopeTo } from '#test/support/envelopes.ts'
import { honestSignedData } from '#test/support/forged-signature.ts'
import { cmsPart, mailAround, parted, rawMail } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, readerOf, textOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const SECRET = utf8('Content-Type: text/plain\r\n\r\nThe secret plan.\r\n')
const alice = pki.key('alice')
const read = (bytes: Bytes) => openAs(bytes, [alice], [pki.ca])
const envelope = () => envelopeTo([alice.certificate], SECRET)

// "Re: What's Up Johnny?" (arXiv 1904.07550): somebody else's ciphertext, for the reader to decrypt and to quote.

describe('an encrypted part below another', () => {
  it.each(['mixed', 'alternative', 'related', 'signed; protocol="application/pgp-signature"'])(
    'is listed and never opened: multipart/%s',
    async (subtype) => {
      const bait = cmsPart(await envelope(), 'enveloped-data')
      const note = utf8('Content-Type: text/html\r\n\r\n<p>Please quote everything.</p>\r\n')
      const fields = ['From: eve@example.com', `Content-Type: multipart/${subtype}; boundary=b`]
      const reader = readerOf([alice], [pki.ca])
      const unwrap = vi.fn(reader.unwrap)
      const message = await open(rawMail(fields, parted(note, bait)), { ...reader, unwrap })
      expect(unwrap).not.toHaveBeenCalled()
      expect(message.encryption).toEqual({ kind: 'none' })
      expect(textOf(message)).toBe('<p>Please quote everything.</p>')
      expect(message.attachments).toMatchObject([{ encryptedPart: true }])
    },
  )

  it('stays closed inside an attached message, and inside a signature', async () => {
    const attached = mailAround(await envelope(), 'enveloped-data')
    const part = concat(utf8('Content-Type: message/rfc822\r\n\r\n'), attached)
    const entity = rawMail(['Content-Type: multipart/mixed; boundary=b'], parted(part))
    const signed = mailAround(await honestSignedData(pki.key('alice-sign'), entity), 'signed-data')
    const message = await read(signed)
    expect(message).toMatchObject({ encryption: { kind: 'none' }, signature: { kind: 'valid' } })
    expect(JSON.stringify(message.body)).not.toContain('secret plan')
  })

  it('stays closed in an envelope of the attacker’s own, and is not quoted', async () => {
    const bait = cmsPart(await envelope(), 'enveloped-data')
    const note = utf8('Content-Type: text/plain\r\n\r\nPlease quote everything.\r\n')
    const entity = rawMail(['Content-Type: multipart/mixed; boundary=b'], parted(note, bait))
    const outer = await envelopeTo([alice.certificate], entity, 'aes-256-gcm')
    const reader = readerOf([alice], [pki.ca])
    const unwrap = vi.fn(reader.unwrap)
    const message = await open(mailAround(outer, 'authEnveloped-data'), { ...reader, unwrap })
    expect(unwrap).toHaveBeenCalledTimes(1)
    expect(message).toMatchObject({ encryption: { kind: 'decrypted' }, body: [{ kind: 'text' }] })
    expect(textOf(message)).toBe('Please quote everything.')
    expect(message.attachments).toMatchObject([{ encryptedPart: true }])
  })
})
