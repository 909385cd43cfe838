import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { contextExplicit, integer, octetString, oid, sequence } from '#shared/asn1/writer.ts'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import { encodeContentInfo } from '#shared/cms/content-info.ts'
import { isPosternError } from '#shared/errors.ts'
import { algorithmIdentifier } from '#shared/x509/algorithm-identifier.ts'
import { MOST_EFFORT, withEffort } from '#test/support/effort.ts'
import { mailAround } from '#test/support/mail-around.ts'
import { openAs } from '#test/support/reading.ts'

const MIB = 1024 * 1024

const mail = (fields: string, body = 'Hello.\r\n') =>
  utf8(`From: eve@example.com\r\n${fields}\r\n${body}`)

function nested(levels: number, subtype = 'mixed'): Bytes {
  const heads = Array.from({ length: levels }, (_, level) => {
    const boundary = `b${String(level)}x`
    return `Content-Type: multipart/${subtype}; boundary=${boundary}\r\n\r\n--${boundary}\r\n`
  })
  return utf8(`From: eve@example.com\r\n${heads.join('')}\r\nHello.\r\n`)
}

function attached(levels: number): Bytes {
  const inner = 'Content-Type: message/rfc822\r\n\r\nFrom: eve@example.com\r\n'
  return mail(inner.repeat(levels), 'Hello.\r\n')
}

const PARTS = 'Content-Type: multipart/mixed; boundary=b\r\n'
const OPENED = 'opened'

/** What a bomb of text comes to: opened, harmlessly, or past this limit. */
const BOMBS: [string, string, () => Bytes][] = [
  ['multiparts in each other', 'mime/limit', () => nested(10_000)],
  ['parts without number', 'mime/limit', () => mail(PARTS, '--b\r\n\r\n\r\n'.repeat(200_000))],
  ['a field of megabytes', 'mime/limit', () => mail(`Subject: ${'x'.repeat(4 * MIB)}\r\n`)],
  ['fields without number', 'mime/limit', () => mail('X: y\r\n'.repeat(MIB))],
  ['messages attached to each other', OPENED, () => attached(10_000)],
  [
    'lines that might be delimiters',
    OPENED,
    () => mail(PARTS, '--\r\n-----\r\n--bb\r\n'.repeat(100_000)),
  ],
  ['comments in each other', OPENED, () => mail(`To: ${'('.repeat(200_000)}\r\n`)],
  ['groups and quotes left open', OPENED, () => mail(`To: ${'a:"\\<'.repeat(40_000)}\r\n`)],
  [
    'encoded words without number',
    OPENED,
    () => mail(`Subject: ${'=?utf-8?B?4pyT?= '.repeat(14_000)}\r\n`),
  ],
  [
    'a parameter in pieces',
    OPENED,
    () =>
      mail(
        `Content-Type: text/plain${Array.from({ length: 14_000 }, (_, i) => `; name*${String(i)}=x`).join('')}\r\n`,
      ),
  ],
  ['one long line of blanks', OPENED, () => mail('', ' \t'.repeat(MIB))],
  [
    'quoted-printable that never ends',
    OPENED,
    () => mail('Content-Transfer-Encoding: quoted-printable\r\n', '=\r\n'.repeat(MIB / 4)),
  ],
  ['alternatives in each other', OPENED, () => nested(20, 'alternative')],
]

async function outcome(bytes: Bytes): Promise<string> {
  try {
    await openAs(bytes, [], [])
    return OPENED
  } catch (error) {
    if (!isPosternError(error)) throw error
    return error.code
  }
}

describe('a bomb of text', () => {
  it.each(BOMBS)('ends in little time: %s (%s)', async (_name, expected, make) => {
    const bytes = make()
    const { result, effort } = await withEffort(() => outcome(bytes))
    expect(result).toBe(expected)
    expect(effort).toBeLessThan(MOST_EFFORT)
  })
})

/** CompressedData (RFC 3274) of these octets. */
function packed(bytes: Uint8Array): Bytes {
  const zlib = algorithmIdentifier('1.2.840.113549.1.9.16.3.8')
  const content = contextExplicit(0, octetString(new Uint8Array(deflateSync(bytes))))
  const inside = sequence(oid('1.2.840.113549.1.7.1'), content)
  return encodeContentInfo('compressed-data', sequence(integer(0), zlib, inside))
}

describe('a bomb that is packed', () => {
  const text = (length: number) => utf8(`Content-Type: text/plain\r\n\r\n${'0'.repeat(length)}`)

  it('is a message as long as it stays in proportion', async () => {
    const message = await openAs(mailAround(packed(text(MIB / 2)), 'compressed-data'), [], [])
    expect(message).toMatchObject({ encryption: { kind: 'none' }, body: [{ kind: 'text' }] })
  })

  it('shows nothing where it grows a thousandfold, at once or in two steps', async () => {
    for (const bomb of [packed(text(48 * MIB)), packed(packed(text(48 * MIB)))]) {
      const mail = mailAround(bomb, 'compressed-data')
      const { result, effort } = await withEffort(() => openAs(mail, [], []))
      expect(effort).toBeLessThan(MOST_EFFORT)
      expect(result).toMatchObject({ encryption: { kind: 'damaged' }, body: [], attachments: [] })
    }
  })

  it('shows nothing where it is packed over and over', async () => {
    let bomb = packed(text(10))
    for (let layer = 0; layer < 5; layer++) bomb = packed(bomb)
    const message = await openAs(mailAround(bomb, 'compressed-data'), [], [])
    expect(message).toMatchObject({ body: [], attachments: [] })
  })
})
