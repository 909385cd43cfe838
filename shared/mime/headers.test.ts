import { describe, expect, it } from 'vitest'
import { utf8 } from '../bytes.ts'
import { headerAddresses, headerText, headerValue, headerValues, parseHeaders } from './headers.ts'

const message = (text: string) => parseHeaders(utf8(text))

describe('parseHeaders', () => {
  it('unfolds fields and finds the body, with CRLF and with LF', () => {
    for (const newline of ['\r\n', '\n']) {
      const text = ['Subject: one', ' two', 'To : a@example.com', '', 'body'].join(newline)
      const headers = message(text)
      expect(headers.fields).toEqual([
        { name: 'subject', value: 'one two' },
        { name: 'to', value: 'a@example.com' },
      ])
      expect(text.slice(headers.end)).toBe('body')
    }
  })

  it('reads a block that no blank line ends', () => {
    const headers = message('Subject: x')
    expect(headerValue(headers, 'subject')).toBe('x')
    expect(headers.end).toBe(10)
  })

  it('passes over lines that are no field', () => {
    expect(message('From alice Mon Jan 1\n>junk\nSubject: x\n\n').fields).toEqual([
      { name: 'subject', value: 'x' },
    ])
  })

  it('stops at the limit', () => {
    expect(() => message(`X: ${'a'.repeat(300 * 1024)}\r\n\r\n`)).toThrow(
      expect.objectContaining({ code: 'mime/limit' }),
    )
  })

  it('does not overlook a second field of a name', () => {
    const headers = message('From: alice@example.com\nFrom: eve@example.org\n\n')
    expect(headerValues(headers, 'from')).toHaveLength(2)
    expect(headerAddresses(headers, 'from').map((mailbox) => mailbox.address)).toEqual([
      'alice@example.com',
      'eve@example.org',
    ])
  })
})

describe('headerText', () => {
  it.each([
    ['=?utf-8?B?R3LDvMOfZQ==?=', 'Grüße'],
    ['=?iso-8859-1?Q?caf=E9_noir?=', 'café noir'],
    ['=?utf-8?B?ww==?= =?utf-8?B?vA==?=', 'ü'],
    ['=?utf-8?Q?one?= =?iso-8859-1?Q?two?= three', 'onetwo three'],
    ['Grüße roh', 'Grüße roh'],
    ['=?no-such-charset?Q?abc?=', 'abc'],
    ['=?broken', '=?broken'],
    ['a\u0000b\u202ec', 'abc'],
  ])('decodes %s', (value, expected) => {
    expect(headerText(message(`Subject: ${value}\r\n\r\n`), 'subject')).toBe(expected)
  })

  it('joins a letter that was split over many words', () => {
    const euros = '=?utf-8?Q?=E2?= =?utf-8?Q?=82?= =?utf-8?Q?=AC?= '.repeat(100)
    expect(headerText(message(`Subject: ${euros}\r\n\r\n`), 'subject')).toBe('€'.repeat(100))
  })

  it('decodes a thousand words of one field, and leaves the others as they are written', () => {
    const subject = headerText(message(`Subject: ${'=?a?Q?x?='.repeat(28_000)}\r\n\r\n`), 'subject')
    expect(subject).toBe('x'.repeat(1000) + '=?a?Q?x?='.repeat(27_000))
  })
})
