import { array, assert, property, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bytes, concat, hex } from '#shared/bytes.ts'
import { ASN1_CODES, fromHex, onlyFailsWith } from '#test/support/hostile.ts'
import type { Rules } from './header.ts'
import {
  childrenOf,
  contentOf,
  type Cursor,
  type Element,
  encodedOf,
  read,
  readWhole,
} from './reader.ts'
import { INTEGER, OCTET_STRING, SEQUENCE } from './tags.ts'
import { octetsOf } from './values.ts'
import { octetString, sequence } from './writer.ts'
import { growth } from '#test/support/growth.ts'

/** Visits every element there is. */
function walk(cursor: Cursor): number {
  let count = 0
  while (!cursor.atEnd) {
    const element = cursor.next()
    count += 1 + (element.constructed ? walk(childrenOf(element)) : 0)
  }
  return count
}

describe('reading elements', () => {
  it('gives ranges of the input, nothing copied', () => {
    const input = fromHex('30 06 02 01 07 04 01 ff')
    const fields = read(input, 'der').sequence()
    expect(hex(contentOf(fields.next(INTEGER)))).toBe('07')
    const last = fields.next(OCTET_STRING)
    expect(encodedOf(last).buffer).toBe(input.buffer)
    expect(hex(encodedOf(last))).toBe('0401ff')
    fields.end()
  })

  it('finds the end of nested indefinite lengths', () => {
    const inner = '30 80 02 01 01 00 00'
    const cursor = read(fromHex(`30 80 ${inner} 04 01 aa 00 00 02 01 05`), 'ber')
    const outer = cursor.sequence()
    const nested = outer.sequence()
    expect(hex(contentOf(nested.next(INTEGER)))).toBe('01')
    nested.end()
    expect(hex(contentOf(outer.next(OCTET_STRING)))).toBe('aa')
    outer.end()
    expect(hex(contentOf(cursor.next(INTEGER)))).toBe('05')
    cursor.end()
  })

  it('takes longer lengths than needed in BER alone', () => {
    const long = fromHex('30 84 00 00 00 03 02 01 07')
    expect(walk(read(long, 'ber'))).toBe(2)
    expect(() => read(long, 'der').sequence()).toThrow('shortest form')
  })

  it('tolerates missing end-of-contents octets where the input ends with what they close', () => {
    const element = readWhole(fromHex('30 80 a0 80 02 01 07'), 'ber', SEQUENCE)
    expect(element.closed).toBe(false)
    expect(walk(childrenOf(element))).toBe(2)
  })

  it('refuses a string whose end is missing, because a piece of it might be', () => {
    const element = readWhole(fromHex('24 80 04 01 aa 04 01 bb'), 'ber', OCTET_STRING)
    expect(() => octetsOf(element)).toThrow('string without its end')
  })

  it('reads a string in pieces as one, whatever their size and nesting', () => {
    const element = readWhole(fromHex('24 80 04 01 aa 24 04 04 02 bb cc 04 00 00 00'), 'ber')
    expect(hex(octetsOf(element))).toBe('aabbcc')
  })

  it('gives a string in one piece as a view', () => {
    const element = readWhole(fromHex('04 02 aa bb'), 'ber')
    expect(octetsOf(element).buffer).toBe(element.source.bytes.buffer)
  })
})

describe('hostile input', () => {
  it.each<[string, string, Rules]>([
    ['nothing at all', '', 'ber'],
    ['a tag alone', '30', 'ber'],
    ['a length cut short', '30 82 01', 'ber'],
    ['content cut short', '04 05 aa', 'ber'],
    ['a length of 2^32', '04 85 01 00 00 00 00', 'ber'],
    ['a length of 2^32 - 1', '04 84 ff ff ff ff', 'ber'],
    ['a length without octets that is no length', '04 ff', 'ber'],
    ['a multi-octet tag', '1f 81 01 00', 'ber'],
    ['an indefinite length in DER', '30 80 00 00', 'der'],
    ['an indefinite length of a primitive', '04 80 00 00', 'ber'],
    ['a padded length in DER', '04 81 01 aa', 'der'],
    ['end-of-contents as an element', '30 02 00 00', 'ber'],
    ['end-of-contents with content', '30 80 00 01 aa 00 00', 'ber'],
    ['a child longer than its parent', '30 03 04 02 aa bb', 'ber'],
    ['an indefinite child that runs out of its parent', '30 04 30 80 02 01 07 00 00', 'ber'],
    ['half of the end-of-contents octets', '30 80 02 01 07 00', 'ber'],
  ])('%s is malformed', (_, text, rules) => {
    expect(() => walk(childrenOf(readWhole(fromHex(`30 20 ${text}`).subarray(2), rules)))).toThrow(
      expect.objectContaining({ code: 'asn1/malformed' }),
    )
  })

  it('nested without end meets a limit, by definite and by indefinite lengths', () => {
    const definite = Array.from({ length: 100 }).reduce<Bytes>(
      (inside) => sequence(inside),
      sequence(),
    )
    const indefinite = concat(...Array.from({ length: 100 }, () => fromHex('30 80')))
    for (const input of [definite, indefinite]) {
      expect(() => walk(read(input, 'ber'))).toThrow(
        expect.objectContaining({ code: 'asn1/limit' }),
      )
    }
  })

  it('of very many elements meets a limit', () => {
    const pieces = new Uint8Array(8_000_000)
    for (let at = 2; at < pieces.length; at += 2) pieces[at] = 0x04
    pieces.set([0x24, 0x80])
    expect(() => octetsOf(readWhole(pieces, 'ber'))).toThrow(
      expect.objectContaining({ code: 'asn1/limit' }),
    )
  })

  it('with deep indefinite lengths is scanned once, not once for each level', () => {
    const filling = concat(...Array.from({ length: 20_000 }, () => fromHex('05 00')))
    const walkThrough = (levels: number) => {
      const open = concat(...Array.from({ length: levels }, () => fromHex('30 80')))
      return walk(read(concat(open, filling, new Uint8Array(2 * levels)), 'ber'))
    }
    expect(walkThrough(20)).toBe(20 + 20_000)
    expect(growth(walkThrough, 3, 4)).toBeLessThan(4) // once for each level would be 8
  })

  it('of any kind fails in our own way or not at all', () => {
    const octets = uint8Array({ maxLength: 200 }).map((input) => new Uint8Array(input))
    const nested = array(octets, { maxLength: 4 }).map((parts) => sequence(...parts))
    for (const input of [octets, nested]) {
      assert(
        property(input, (hostile) => {
          for (const rules of ['der', 'ber'] as const)
            onlyFailsWith(ASN1_CODES, () => walk(read(hostile, rules)))
        }),
        { numRuns: 1000 },
      )
    }
  })
})

describe('what the writer wrote', () => {
  it('is read back, whatever the length', () => {
    for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536, 1 << 20]) {
      const written = sequence(octetString(new Uint8Array(length)))
      const fields = read(written, 'der').sequence()
      const element: Element = fields.next(OCTET_STRING)
      expect(octetsOf(element)).toHaveLength(length)
    }
  })
})
