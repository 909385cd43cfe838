import { afterAll, describe, expect, it } from 'vitest'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { encryptContent, newContentKey } from '#shared/cms/content-encryption.ts'
import { encryptContentKey } from '#shared/cms/encrypt-content-key.ts'
import { encodeEnvelopedData } from '#shared/cms/enveloped-data.ts'
import { envelopeTo } from '#test/support/envelopes.ts'
import { mailAround } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

const SECRET = utf8('Content-Type: text/plain\r\n\r\nThe secret plan.\r\n')
const alice = pki.key('alice')
const read = (bytes: Bytes) => openAs(bytes, [alice], [pki.ca])

// RFC 9709 §1: an AEAD's ciphertext under the name of CBC, so that the counter mode inside it can be read piece by piece.

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
    const gcm = await envelopeTo([alice.certificate], SECRET, 'aes-256-gcm')
    const cbc = await envelopeTo([alice.certificate], SECRET)
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
