import { describe, expect, it } from 'vitest'
import { base64 } from '../base64.ts'
import { utf8 } from '../bytes.ts'
import { parseEntity } from '../mime/parse.ts'
import { findCms } from './armour.ts'
import { rootOf } from './grammar.ts'
import { interpret } from './interpret.ts'

const SIGNED = Uint8Array.from([
  0x30, 0x80, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2, 0xa0, 0x80, 0, 0, 0, 0, 0, 0,
])
const TEXT = base64(SIGNED)

describe('findCms', () => {
  it.each([
    ['DER or BER', SIGNED],
    ['PEM', utf8(`-----BEGIN CMS-----\n${TEXT}\n-----END CMS-----\n`)],
    [
      'PEM of PKCS #7 with CRLF',
      utf8(`-----BEGIN PKCS7-----\r\n${TEXT}\r\n-----END PKCS7-----\r\n`),
    ],
    ['PEM of any label', utf8(`\n\n-----BEGIN SMIME MESSAGE-----  \r\n${TEXT}\r\n`)],
  ])('finds the object in %s', (_name, bytes) => {
    const kept = bytes.slice()
    expect(findCms(bytes)).toEqual(SIGNED)
    expect(bytes).toEqual(kept)
    const inPlace = findCms(bytes, true)
    expect(inPlace).toEqual(SIGNED)
    expect(inPlace?.buffer).toBe(bytes.buffer)
  })

  it('finds it in bare base64', () => {
    const long = Uint8Array.from([0x30, 0x82, 1, 0, ...SIGNED.subarray(2), ...new Uint8Array(241)])
    expect(findCms(utf8(`\n${base64(long).replace(/.{64}/g, '$&\n')}`))).toEqual(long)
  })

  it.each([
    '',
    'From: a@example.com\n\nMIIB',
    'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A',
    '0',
    '-----BEGIN CMS-----',
    '-----BEGIN CERTIFICATE-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END CERTIFICATE-----',
    '\u0030\u0080',
  ])('finds none in %j', (text) => {
    expect(findCms(utf8(text))).toBeNull()
  })
})

describe('rootOf', () => {
  const root = (head: string, body = TEXT) =>
    rootOf(parseEntity(utf8(`${head}\r\nContent-Transfer-Encoding: base64\r\n\r\n${body}\r\n`)))

  it.each([
    'Content-Type: application/pkcs7-mime; smime-type=enveloped-data',
    'Content-Type: application/x-pkcs7-mime',
    'Content-Type: application/pkcs7; name=x',
    'Content-Type: application/octet-stream; name="smime.p7m"',
    'Content-Type: text/plain; name=SMIME.P7S',
    'Content-Type: application/octet-stream; name=smime.p7z',
    'Content-Type: application/x-pkcs7-certificates; name=all.p7c',
    'Content-Type: application/cms',
    'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=smime.p7c',
  ])('finds an object under %s', (head) => {
    expect(root(head)).toMatchObject({ kind: 'cms', object: SIGNED })
  })

  it('finds none under a name alone, and a damaged one under the right type', () => {
    expect(root('Content-Type: application/octet-stream; name=smime.p7m', 'AAAA')).toEqual({
      kind: 'plain',
    })
    expect(root('Content-Type: application/pkcs7-mime', 'AAAA')).toEqual({
      kind: 'cms',
      object: null,
      claims: 'encrypted',
    })
  })
})

describe('interpret', () => {
  it.each([
    ['entity', 'Content-Type: text/plain\r\n\r\nx'],
    ['entity', 'MIME-Version: 1.0\nContent-Type: text/plain\n\nx'],
    ['text', 'Just text.'],
    ['text', 'Note: this is no field\r\nof a mail.'],
    ['text', 'Content-Type: text/plain\r\nbut then it goes on\r\n\r\nx'],
    ['text', ''],
    ['bytes', 'abc\u0000def'],
  ])('says %s of %j', (kind, text) => {
    expect(interpret(utf8(text)).kind).toBe(kind)
  })

  it('does not take noise for text', () => {
    expect(interpret(Uint8Array.of(0xc3, 0x28, 0xa0)).kind).toBe('bytes')
  })
})
