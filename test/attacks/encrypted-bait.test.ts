import { afterAll, describe, expect, it, vi } from 'vitest'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { encodeAuthEnvelopedData } from '#shared/cms/auth-enveloped-data.ts'
import { encryptContent, newContentKey } from '#shared/cms/content-encryption.ts'
import { encryptContentKey } from '#shared/cms/encrypt-content-key.ts'
import { encodeEnvelopedData } from '#shared/cms/enveloped-data.ts'
import { PosternError } from '#shared/errors.ts'
import { open } from '#shared/smime/open.ts'
import { honestSignedData } from '#test/support/forged-signature.ts'
import { cmsPart, mailAround, parted, rawMail } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, readerOf, textOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const SECRET = utf8('Content-Type: text/plain\r\n\r\nThe secret plan.\r\n')
const alice = pki.key('alice')
const read = (bytes: Bytes) => openAs(bytes, [alice], [pki.ca])

async function envelope(
  content = SECRET,
  cipher: 'aes-256-cbc' | 'aes-256-gcm' = 'aes-256-cbc',
  copies = 1,
) {
  const key = newContentKey(cipher)
  const entry = () => encryptContentKey(alice.certificate, key, 'rsa-pkcs1')
  const recipients = await Promise.all(Array.from({ length: copies }, entry))
  const encrypted = await encryptContent(cipher, key, content)
  return encrypted.kind === 'enveloped'
    ? encodeEnvelopedData({ ...encrypted, recipients })
    : encodeAuthEnvelopedData({ ...encrypted, recipients })
}

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
})

describe('a changed ciphertext', () => {
  it('shows nothing when an octet of an authenticated content differs', async () => {
    const object = await envelope(SECRET, 'aes-256-gcm')
    for (const back of [1, 17, 40]) {
      const changed = object.slice()
      changed[changed.length - back]! ^= 1
      const message = await read(mailAround(changed, 'authEnveloped-data'))
      expect(message.encryption.kind).toBe('damaged')
      expect(message).toMatchObject({ body: [], attachments: [] })
    }
  })

  it('shows nothing when the padding or the start of a CBC content is gone', async () => {
    const object = await envelope()
    const padding = object.slice()
    padding[padding.length - 17]! ^= 0xff
    const start = object.slice()
    start[start.length - 60]! ^= 0x80
    for (const changed of [padding, object.subarray(0, -16), start]) {
      const message = await read(mailAround(changed, 'enveloped-data'))
      expect(message.encryption.kind).toBe('damaged')
      expect(message).toMatchObject({ body: [], attachments: [] })
    }
  })
})

describe('an algorithm under another label', () => {
  it('does not open: an AEAD as EnvelopedData, its counter mode read as CBC', async () => {
    const key = newContentKey('aes-256-gcm')
    const recipients = [await encryptContentKey(alice.certificate, key, 'rsa-pkcs1')]
    const { ciphertext } = await encryptContent(
      'aes-256-gcm',
      key,
      concat(SECRET, new Uint8Array(14)),
    )
    const iv = new Uint8Array(16)
    const asCbc = encodeEnvelopedData({
      recipients,
      encryption: { kind: 'cbc', name: 'aes-256-cbc', iv },
      ciphertext: ciphertext.subarray(0, ciphertext.length - (ciphertext.length % 16)),
    })
    const message = await read(mailAround(asCbc, 'enveloped-data'))
    expect(message).toMatchObject({ encryption: { kind: 'damaged' }, body: [], attachments: [] })
  })

  it('does not open: GCM named inside EnvelopedData, CBC inside AuthEnvelopedData', async () => {
    const gcm = await envelope(SECRET, 'aes-256-gcm')
    const cbc = await envelope()
    const swapped = [
      [relabelled(cbc, '2a', '2e'), 'enveloped-data'],
      [relabelled(gcm, '2e', '2a'), 'authEnveloped-data'],
    ] as const
    for (const [object, type] of swapped) {
      const message = await read(mailAround(object, type))
      expect(['unsupported', 'damaged']).toContain(message.encryption.kind)
      expect(message.body).toEqual([])
    }
  })
})

/** The object with another AES mode named: the last octet of 2.16.840.1.101.3.4.1.x. */
function relabelled(object: Bytes, from: string, to: string): Bytes {
  const aes = '6086480165030401'
  const text = Buffer.from(object)
    .toString('hex')
    .replace(aes + from, aes + to)
  return new Uint8Array(Buffer.from(text, 'hex'))
}

describe('what costs the key service', () => {
  it('is bounded: a thousand entries for one key cause few requests', async () => {
    const reader = readerOf([alice], [pki.ca])
    const unwrap = vi.fn(() => Promise.resolve(new Uint8Array(32)))
    const object = await envelope(SECRET, 'aes-256-gcm', 200)
    const message = await open(mailAround(object, 'authEnveloped-data'), { ...reader, unwrap })
    expect(message.encryption.kind).toBe('damaged')
    expect(unwrap.mock.calls.length).toBeLessThanOrEqual(4)
  })

  it('is bounded: fourteen envelopes in each other are not all opened', async () => {
    let content = SECRET
    for (let layer = 0; layer < 14; layer++)
      content = cmsPart(await envelope(content), 'enveloped-data')
    const reader = readerOf([alice], [pki.ca])
    const unwrap = vi.fn(reader.unwrap)
    const mail = concat(utf8('From: alice@example.com\r\n'), content)
    const message = await open(mail, { ...reader, unwrap })
    expect(message).toMatchObject({ encryption: { kind: 'unsupported' }, body: [] })
    expect(unwrap.mock.calls.length).toBeLessThanOrEqual(10)
  })

  it('is let through when it stops us: switched off, offline', async () => {
    const reader = readerOf([alice], [pki.ca])
    for (const code of ['key/disabled', 'network/offline', 'session/expired'] as const) {
      const unwrap = () => Promise.reject(new PosternError(code, 'stopped'))
      const opening = open(mailAround(await envelope(), 'enveloped-data'), { ...reader, unwrap })
      await expect(opening).rejects.toMatchObject({ code })
    }
  })
})

describe('a signature around a ciphertext', () => {
  it('is a note about the envelope, and never speaks for the text', async () => {
    const inside = cmsPart(await envelope(), 'enveloped-data')
    const object = await honestSignedData(pki.key('alice-sign'), inside)
    const message = await read(mailAround(object, 'signed-data'))
    expect(message).toMatchObject({
      encryption: { kind: 'decrypted' },
      signature: { kind: 'none' },
      layers: [
        { kind: 'signed', counts: false, verdict: { kind: 'valid' } },
        { kind: 'encrypted' },
      ],
    })
    expect(textOf(message)).toBe('The secret plan.')
  })
})
