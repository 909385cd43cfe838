import { createCipheriv } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { integer, octetString, sequence, setOf } from '#shared/asn1/writer.ts'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { encryptContent, newContentKey } from '#shared/cms/content-encryption.ts'
import { encodeContentInfo } from '#shared/cms/content-info.ts'
import { encryptContentKey } from '#shared/cms/encrypt-content-key.ts'
import { encodeEncryptedContent } from '#shared/cms/encrypted-content.ts'
import { encodeEnvelopedData } from '#shared/cms/enveloped-data.ts'
import { mailAround } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const SECRET = utf8('Content-Type: text/plain\r\n\r\nThe secret plan.\r\n')
const alice = pki.key('alice')
const read = (bytes: Bytes) => openAs(bytes, [alice], [pki.ca])

// RFC 9709 §1: an AEAD's ciphertext under the name of CBC, so that the counter mode inside it can be read piece by piece.

const BLOCK = 16
const key = newContentKey('aes-256-gcm')
const recipients = [await encryptContentKey(alice.certificate, key, 'rsa-pkcs1')]

/** One more block, with which the ciphertext ends in the padding that CBC has. */
function withPadding(ciphertext: Bytes): Bytes {
  const last = createCipheriv('aes-256-cbc', key, ciphertext.subarray(-BLOCK))
  const block = last.setAutoPadding(false).update(new Uint8Array(BLOCK).fill(BLOCK))
  return concat(ciphertext, new Uint8Array(block))
}

describe('an algorithm under another label', () => {
  it('shows nothing: the ciphertext of GCM called CBC, even where its padding holds', async () => {
    const whole = concat(SECRET, new Uint8Array(BLOCK - (SECRET.length % BLOCK)))
    const { ciphertext } = await encryptContent('aes-256-gcm', key, whole)
    const encryption = { kind: 'cbc', name: 'aes-256-cbc', iv: new Uint8Array(BLOCK) } as const
    for (const bytes of [ciphertext, withPadding(ciphertext)]) {
      const asCbc = encodeEnvelopedData({ recipients, encryption, ciphertext: bytes })
      const message = await read(mailAround(asCbc, 'enveloped-data'))
      expect(message).toMatchObject({ encryption: { kind: 'damaged' }, body: [], attachments: [] })
    }
  })

  it('is not read: CBC inside AuthEnvelopedData, whose tag would say that all is well', async () => {
    const encrypted = await encryptContent('aes-256-cbc', key, SECRET)
    if (encrypted.kind !== 'enveloped') throw new TypeError('CBC came out authenticated')
    const content = encodeEncryptedContent(encrypted.encryption, encrypted.ciphertext)
    const tag = octetString(new Uint8Array(BLOCK))
    const body = sequence(integer(0), setOf(...recipients), content, tag)
    const object = encodeContentInfo('auth-enveloped-data', body)
    const message = await read(mailAround(object, 'authEnveloped-data'))
    expect(message).toMatchObject({
      encryption: { kind: 'unsupported', contentAlgorithm: 'aes-256-cbc' },
      body: [],
    })
  })

  it('is not read: GCM inside EnvelopedData, without its tag', async () => {
    const encrypted = await encryptContent('aes-256-gcm', key, SECRET)
    if (encrypted.kind !== 'auth-enveloped') throw new TypeError('GCM came out without a tag')
    const content = encodeEncryptedContent(encrypted.encryption, encrypted.ciphertext)
    const body = sequence(integer(0), setOf(...recipients), content)
    const message = await read(
      mailAround(encodeContentInfo('enveloped-data', body), 'enveloped-data'),
    )
    expect(message).toMatchObject({
      encryption: { kind: 'unsupported', contentAlgorithm: 'aes-256-gcm' },
      body: [],
    })
  })
})
