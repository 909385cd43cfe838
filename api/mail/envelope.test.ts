import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { concat, utf8 } from '#shared/bytes.ts'
import { ENVELOPE_HEAD_BYTES, summariseHead } from './envelope.ts'

const withType = (type: string, body = '') =>
  summariseHead(utf8(`Content-Type: ${type}\r\n\r\n${body}`))

describe('a summary of the headers', () => {
  test('decodes what people read', () => {
    const summary = summariseHead(
      utf8(
        'From: =?utf-8?Q?J=C3=BCrgen?= <dave@example.com>\r\n' +
          'To: alice@example.com, Bob Stone <bob@example.com>\r\n' +
          'Subject: =?utf-8?B?w4RuZGVydW5n?=\r\n of plan\r\n' +
          'Date: Tue, 3 Nov 2026 09:15:00 +0100\r\n\r\n',
      ),
    )
    expect(summary).toEqual({
      from: 'Jürgen',
      to: 'alice@example.com, Bob Stone',
      subject: 'Änderung of plan',
      date: '2026-11-03T08:15:00.000Z',
      protection: 'none',
      attachments: false,
    })
  })

  test.each([
    ['text/plain', 'none'],
    ['multipart/signed; protocol="application/pkcs7-signature"', 'signed'],
    ['application/pkcs7-mime; smime-type=signed-data', 'signed'],
    ['application/x-pkcs7-mime; smime-type="signed-data"; name=smime.p7m', 'signed'],
    ['application/pkcs7-mime; smime-type=enveloped-data', 'encrypted'],
    ['Application/PKCS7-MIME; SMIME-TYPE=authEnveloped-data', 'encrypted'],
    ['application/pkcs7-mime', 'encrypted'],
    ['application/pkcs7-mimetic', 'none'],
  ])('sees in %s: %s', (type, protection) => {
    expect(withType(type).protection).toBe(protection)
  })

  test('finds an attachment, and does not take a signature for one', () => {
    const part = (type: string) =>
      `--b\r\nContent-Type: text/plain\r\n\r\nHi\r\n--b\r\nContent-Type: ${type}\r\n` +
      'Content-Disposition: attachment; filename=f\r\n\r\nx\r\n--b--'
    expect(withType('multipart/mixed; boundary=b', part('application/pdf')).attachments).toBe(true)
    expect(
      withType('multipart/signed; boundary=b', part('application/pkcs7-signature')).attachments,
    ).toBe(false)
    expect(withType('text/plain', part('application/pdf')).attachments).toBe(false)
  })

  test('survives headers longer than what is read', () => {
    const long = concat(utf8('Subject: early\r\n'), utf8('X-A: b\r\n'.repeat(ENVELOPE_HEAD_BYTES)))
    expect(summariseHead(long.subarray(0, ENVELOPE_HEAD_BYTES)).subject).toBe('early')
    expect(summariseHead(long).subject).toBe('')
  })

  test('exists for a message that brings down the parser in a way that nobody foresaw', () => {
    const decode = vi.spyOn(TextDecoder.prototype, 'decode').mockImplementation(() => {
      throw new RangeError('Maximum call stack size exceeded')
    })
    try {
      expect(summariseHead(utf8('Subject: x\r\n\r\n'))).toMatchObject({ subject: '', from: '' })
    } finally {
      decode.mockRestore()
    }
  })

  test('exists for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(summariseHead(new Uint8Array(bytes)).protection).toBe('none')
      }),
    )
  })
})
