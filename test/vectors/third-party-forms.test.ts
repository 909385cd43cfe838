import { afterAll, describe, expect, it } from 'vitest'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { mailAround } from '#test/support/mail-around.ts'
import { CORRESPONDENTS, OpensslPki } from '#test/support/openssl-pki.ts'
import { openAs, textOf } from '#test/support/reading.ts'

const pki = new OpensslPki(CORRESPONDENTS)
afterAll(() => pki.remove())

// What OpenSSL can make of CMS beyond what mail programs send: each must come to a verdict, and the right one.

const CONTENT = utf8('Content-Type: text/plain\r\n\r\nOne of many forms.\r\n')
const WHO = ['-signer', 'alice-sign.pem', '-inkey', 'alice-sign.key']
const BOB = ['-signer', 'bob-sign.pem', '-inkey', 'bob-sign.key']
const cms = (args: readonly string[], input: Bytes = CONTENT) =>
  pki.openssl(['cms', ...args, '-binary', '-outform', 'DER'], input)
const sign = (...options: string[]) => cms(['-sign', '-nodetach', ...WHO, ...options])
const read = (object: Bytes, type = 'signed-data', keys = [pki.key('alice'), pki.key('bob')]) =>
  openAs(mailAround(object, type), keys, [pki.ca])

describe('signatures in the forms of others', () => {
  it.each<[string, () => Bytes, string]>([
    ['by key identifier', () => sign('-keyid'), 'valid'],
    ['without capabilities', () => sign('-nosmimecap'), 'valid'],
    ['with ESS signing-certificate (RFC 2634)', () => sign('-cades'), 'valid'],
    ['with SHA-384', () => sign('-md', 'sha384'), 'valid'],
    ['with SHA-512', () => sign('-md', 'sha512'), 'valid'],
    ['by RSA-PSS', () => sign('-keyopt', 'rsa_padding_mode:pss'), 'valid'],
    [
      'by RSA-PSS with the longest salt',
      () => sign('-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:max'),
      'valid',
    ],
    [
      'with a receipt asked for',
      () => sign('-receipt_request_to', 'eve@example.com', '-receipt_request_all'),
      'valid',
    ],
    ['streamed in BER', () => sign('-stream'), 'valid'],
    ['with all certificates of the CA', () => sign('-certfile', 'ca.pem'), 'valid'],
    [
      'signed again by somebody else',
      () => cms(['-resign', '-inform', 'DER', ...BOB], sign()),
      'valid',
    ],
    ['by somebody else alone', () => cms(['-sign', '-nodetach', ...BOB]), 'wrong-sender'],
    ['with SHA-1', () => sign('-md', 'sha1'), 'untrusted'],
    ['with MD5', () => sign('-md', 'md5'), 'untrusted'],
    ['with SHA-224', () => sign('-md', 'sha224'), 'untrusted'],
    ['with SHA3-256', () => sign('-md', 'sha3-256'), 'valid'],
    ['with SHA-512/256', () => sign('-md', 'sha512-256'), 'unchecked'],
    ['without attributes', () => sign('-noattr'), 'broken'],
    ['without certificates', () => sign('-nocerts'), 'broken'],
  ])('%s', async (_name, make, kind) => {
    const message = await read(make())
    expect(message.signature.kind).toBe(kind)
    expect(textOf(message)).toBe('One of many forms.')
  })

  it('with a receipt asked for send none, and name nobody who asked', async () => {
    const object = sign('-receipt_request_to', 'eve@example.com', '-receipt_request_all')
    const { headers, body } = await read(object)
    expect(JSON.stringify({ headers, body })).not.toContain('eve')
  })
})

const encrypt = (...options: string[]) => cms(['-encrypt', '-aes-256-cbc', ...options])

describe('envelopes in the forms of others', () => {
  it.each<[string, () => Bytes, string]>([
    [
      'to several of all kinds',
      () => encrypt('-recip', 'carol.pem', '-recip', 'bob.pem', '-recip', 'alice.pem'),
      'decrypted',
    ],
    ['by key identifier', () => encrypt('-keyid', '-recip', 'alice.pem'), 'decrypted'],
    ['streamed in BER', () => encrypt('-stream', '-recip', 'alice.pem'), 'decrypted'],
    [
      'by OAEP with SHA-1',
      () => encrypt('-recip', 'alice.pem', '-keyopt', 'rsa_padding_mode:oaep'),
      'decrypted',
    ],
    [
      'to a password and to me',
      () => encrypt('-pwri_password', 'secret', '-recip', 'alice.pem'),
      'decrypted',
    ],
    [
      'to a shared key and to me',
      () =>
        encrypt(
          '-secretkey',
          '000102030405060708090A0B0C0D0E0F',
          '-secretkeyid',
          'C0FFEE',
          '-recip',
          'alice.pem',
        ),
      'decrypted',
    ],
    ['to a password alone', () => encrypt('-pwri_password', 'secret'), 'no-key'],
    [
      'to a shared key alone',
      () => encrypt('-secretkey', '000102030405060708090A0B0C0D0E0F', '-secretkeyid', 'C0FFEE'),
      'no-key',
    ],
    ['to somebody else', () => encrypt('-recip', 'carol.pem'), 'no-key'],
    ['by Camellia', () => cms(['-encrypt', '-camellia256', '-recip', 'alice.pem']), 'unsupported'],
    [
      'by a key for all (EncryptedData)',
      () =>
        cms([
          '-EncryptedData_encrypt',
          '-aes128',
          '-secretkey',
          '000102030405060708090A0B0C0D0E0F',
        ]),
      'unsupported',
    ],
  ])('%s', async (_name, make, kind) => {
    const message = await read(make(), 'enveloped-data')
    expect(message.encryption.kind).toBe(kind)
    expect(textOf(message)).toBe(kind === 'decrypted' ? 'One of many forms.' : '')
  })

  it('that only digest the content say nothing, and show nothing', async () => {
    const message = await read(cms(['-digest_create']), 'enveloped-data')
    expect(message).toMatchObject({ encryption: { kind: 'none' }, signature: { kind: 'none' } })
    expect(message.body).toEqual([])
  })
})

describe('what stands behind an object', () => {
  it('does not make it another: blank lines and text behind the base64', async () => {
    const mail = mailAround(sign(), 'signed-data')
    const message = await openAs(concat(mail, utf8('\r\n\r\n')), [], [pki.ca])
    expect(message.signature.kind).toBe('valid')
  })
})
