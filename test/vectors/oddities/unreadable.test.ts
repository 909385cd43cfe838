import { randomBytes } from 'node:crypto'
import { afterAll, describe, expect, it } from 'vitest'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import { clearSigned, mailOf } from '#test/support/clear-signed.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, textOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

describe('a message that cannot be read', () => {
  it.each<[string, Bytes]>([
    ['nothing', utf8('')],
    ['noise', new Uint8Array(randomBytes(5000))],
    ['fields alone', utf8('From: a@example.com\nContent-Type: multipart/mixed; boundary=')],
    ['half an object', utf8('Content-Type: application/pkcs7-mime\n\nMIAGCSqGSIb3DQEHA6CAMIACAQ')],
    ['a key that opens nothing', Uint8Array.of(0x30, 0x82, 0xff, 0xff, 0x06)],
  ])('gives a verdict and is no error: %s', async (_name, bytes) => {
    const message = await openAs(bytes, [pki.key('bob')], [pki.ca])
    expect(message.signature.kind).not.toBe('valid')
    expect(message.encryption.kind).not.toBe('decrypted')
  })
})

describe('a signature', () => {
  it('is shown to who has no key, and the failed check is named with its certificate', async () => {
    const mail = mailOf(clearSigned(pki, 'Content-Type: text/plain\r\n\r\nFor all.\r\n'))
    const trusted = await openAs(mail, [], [pki.ca])
    expect(trusted.signature.kind).toBe('valid')
    expect(textOf(trusted)).toBe('For all.')
    const { signature } = await openAs(mail, [], [])
    if (signature.kind !== 'untrusted') throw new TypeError(signature.kind)
    const [signer] = signature.signers
    expect(signer?.certificate?.addresses).toEqual(['alice@example.com'])
    const failed = signer?.checks.filter(({ ok }) => ok === false) ?? []
    expect(failed).toHaveLength(1)
    expect(failed[0]?.detail).not.toBe('')
  })
})
