import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../bytes.ts'
import { base64Size, decodeBase64 } from './base64-body.ts'
import {
  decodeQuotedPrintable,
  decodeTransfer,
  encodeBase64Lines,
  encodeQuotedPrintable,
  transferSize,
} from './encodings.ts'

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe('base64', () => {
  it('reads back what it wrote, in lines of at most 76 columns', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        const lines = text(encodeBase64Lines(Uint8Array.from(bytes)))
        expect(lines === '' || /^(?:[A-Za-z0-9+/=]{1,76}\r\n)+$/.test(lines)).toBe(true)
        expect(decodeBase64(utf8(lines))).toEqual(Uint8Array.from(bytes))
      }),
    )
  })

  it('writes what the platform writes', () => {
    const bytes = crypto.getRandomValues(new Uint8Array(1000))
    expect(text(encodeBase64Lines(bytes)).replaceAll('\r\n', '')).toBe(
      Buffer.from(bytes).toString('base64'),
    )
  })

  it('skips what is no base64 and stops at the padding', () => {
    expect(text(decodeBase64(utf8('aG\r\n k*=x\nabc')))).toBe('hi')
  })

  it('reads a body the same into its own place, however long and whatever stands in it', () => {
    const line = `${'QUJD'.repeat(19)}\r\n`
    const anyPlace = fc.nat(150_000)
    fc.assert(
      fc.property(anyPlace, fc.constantFrom('', '*', '=', ' ', 'Q', '===='), (place, odd) => {
        const lines = line.repeat(2000)
        const body = utf8(lines.slice(0, place) + odd + lines.slice(place))
        const meant = Buffer.from(decodeBase64(body))
        const end = odd.startsWith('=') ? place : lines.length
        expect(meant.length).toBe(base64Size(body.subarray(0, end + odd.length)))
        expect(meant.equals(decodeBase64(body, body))).toBe(true)
      }),
      { numRuns: 60 },
    )
  })
})

describe('a size', () => {
  it.each(['base64', 'quoted-printable', '7bit'])('is told without decoding: %s', (encoding) => {
    const anyBody = fc.string({
      unit: fc.constantFrom(...Array.from('aZ9+/==-* \r\n\t4A')),
      maxLength: 60,
    })
    fc.assert(
      fc.property(anyBody, (body) => {
        expect(transferSize(utf8(body), encoding)).toBe(decodeTransfer(utf8(body), encoding).length)
      }),
    )
  })
})

describe('quoted-printable', () => {
  it.each([
    ['caf=C3=A9', 'café'],
    ['soft=\r\nbreak', 'softbreak'],
    ['soft=  \nbreak', 'softbreak'],
    ['bad =ZZ escape =', 'bad =ZZ escape '],
    ['lower =c3=a9', 'lower é'],
  ])('decodes %j', (body, expected) => {
    expect(text(decodeQuotedPrintable(utf8(body)))).toBe(expected)
  })

  it('reads back what it wrote, in short plain lines without blanks at their end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (written) => {
        const body = text(encodeQuotedPrintable(written))
        for (const line of body.split('\r\n')) expect(line).toMatch(/^(?:[\t -~]{0,75}[!-~])?$/)
        expect(text(decodeQuotedPrintable(utf8(body)))).toBe(written.replace(/\r\n|\r|\n/g, '\r\n'))
      }),
    )
  })

  it('guards lines that a relay would change', () => {
    expect(text(encodeQuotedPrintable('From here\n.\n'))).toBe('=46rom here\r\n=2E\r\n')
  })
})
