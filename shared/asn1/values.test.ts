import { assert, bigInt, date, nat, property, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bytes, hex } from '#shared/bytes.ts'
import { ASN1_CODES, fromHex, onlyFailsWith } from '#test/support/hostile.ts'
import { type Element, read, readWhole } from './reader.ts'
import { asciiOf, isText, textOf } from './text.ts'
import { readTime } from './time.ts'
import {
  booleanOf,
  flagsOf,
  integerBytesOf,
  octetsOf,
  oidOf,
  smallIntegerOf,
  wholeBitStringOf,
} from './values.ts'
import {
  contextImplicit,
  encode,
  integer,
  octetString,
  oid,
  sequence,
  setOf,
  unsignedInteger,
  utcOrGeneralizedTime,
} from './writer.ts'

function element(text: string, rules: 'der' | 'ber' = 'der'): Element {
  return readWhole(fromHex(text), rules)
}

const MALFORMED = expect.objectContaining({ code: 'asn1/malformed' }) as Error

describe('an object identifier', () => {
  it.each([
    ['06 03 55 1d 0f', '2.5.29.15'],
    ['06 09 2a 86 48 86 f7 0d 01 01 0b', '1.2.840.113549.1.1.11'],
    ['06 01 00', '0.0'],
    ['06 01 27', '0.39'],
    ['06 01 28', '1.0'],
    ['06 01 50', '2.0'],
    ['06 03 88 37 03', '2.999.3'],
  ])('%s is %s, both ways', (text, dotted) => {
    expect(oidOf(element(text))).toBe(dotted)
    expect(hex(oid(dotted))).toBe(text.replaceAll(' ', ''))
  })

  it('has arcs of any size', () => {
    const uuid = '2.25.329800735698586629295641978511506172918'
    expect(oidOf(readWhole(oid(uuid), 'der'))).toBe(uuid)
  })

  it.each([['06 00'], ['06 01 80'], ['06 02 55 80'], ['06 03 55 80 01'], ['26 03 06 01 55']])(
    '%s is none',
    (text) => {
      expect(() => oidOf(element(text, 'ber'))).toThrow(MALFORMED)
    },
  )

  it('is bounded', () => {
    expect(() => oidOf(readWhole(encode(6, new Uint8Array(65)), 'der'))).toThrow(MALFORMED)
  })
})

describe('an integer', () => {
  it.each([['02 00'], ['02 02 00 01'], ['02 02 ff 80'], ['22 03 02 01 01']])(
    '%s is none',
    (text) => {
      expect(() => integerBytesOf(element(text, 'ber'))).toThrow(MALFORMED)
    },
  )

  it.each([['02 01 ff'], ['02 05 00 80 00 00 00']])('%s is not a small one', (text) => {
    expect(() => smallIntegerOf(element(text))).toThrow(MALFORMED)
  })

  it('comes back as it was written', () => {
    assert(
      property(nat(), (value) => {
        expect(smallIntegerOf(readWhole(integer(value), 'der'))).toBe(value)
      }),
    )
    assert(
      property(bigInt({ min: 0n, max: 1n << 256n }), (value) => {
        const magnitude = fromHex(value.toString(16).padStart(66, '0'))
        const content = integerBytesOf(readWhole(unsignedInteger(magnitude), 'der'))
        expect(BigInt(`0x${hex(content)}`)).toBe(value)
      }),
    )
  })
})

describe('a boolean', () => {
  it('is 00 or ff in DER, anything in BER', () => {
    expect(booleanOf(element('01 01 ff'))).toBe(true)
    expect(booleanOf(element('01 01 00'))).toBe(false)
    expect(booleanOf(element('01 01 01', 'ber'))).toBe(true)
    for (const text of ['01 01 01', '01 00', '01 02 ff ff']) {
      expect(() => booleanOf(element(text))).toThrow(MALFORMED)
    }
  })
})

describe('a bit string', () => {
  it('of flags gives the numbers of those that are set', () => {
    expect([...flagsOf(element('03 02 05 a0'))]).toEqual([0, 2])
    expect([...flagsOf(element('03 03 07 06 80'))]).toEqual([5, 6, 8])
    expect([...flagsOf(element('03 01 00'))]).toEqual([])
  })

  it.each([['03 00'], ['03 01 01'], ['03 02 08 80'], [`03 0a 00 ${'ff '.repeat(9)}`]])(
    '%s is none of flags',
    (text) => {
      expect(() => flagsOf(element(text))).toThrow(MALFORMED)
    },
  )

  it('of whole octets has no unused bits', () => {
    expect(hex(wholeBitStringOf(element('03 02 00 a0')))).toBe('a0')
    for (const text of ['03 02 05 a0', '03 00']) {
      expect(() => wholeBitStringOf(element(text))).toThrow(MALFORMED)
    }
  })
})

function time(text: string, tag = text.length > 13 ? 0x18 : 0x17): Bytes {
  return encode(tag, new TextEncoder().encode(text))
}

describe('a time', () => {
  it.each([
    ['250131235959Z', '2025-01-31T23:59:59.000Z'],
    ['491231000000Z', '2049-12-31T00:00:00.000Z'],
    ['500101000000Z', '1950-01-01T00:00:00.000Z'],
    ['20500101000000Z', '2050-01-01T00:00:00.000Z'],
    ['00010101000000Z', '0001-01-01T00:00:00.000Z'],
    ['20240229120000Z', '2024-02-29T12:00:00.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(readTime(read(time(text), 'der')).toISOString()).toBe(iso)
  })

  it.each([
    ['2501312359Z'],
    ['250131235959'],
    ['250131235959+0100'],
    ['20250131235959.5Z'],
    ['250229000000Z'],
    ['251301000000Z'],
    ['250100000000Z'],
    ['250101240000Z'],
    ['250101006000Z'],
    ['250101000060Z'],
    ['25010100000aZ'],
    [''],
  ])('%s is none', (text) => {
    expect(() => readTime(read(time(text), 'der'))).toThrow(MALFORMED)
  })

  it('has a year of two digits in a UTCTime, and of four in a GeneralizedTime', () => {
    expect(() => readTime(read(time('250131235959Z', 0x18), 'der'))).toThrow(MALFORMED)
    expect(() => readTime(read(time('20250131235959Z', 0x17), 'der'))).toThrow(MALFORMED)
  })

  it('comes back as it was written', () => {
    const range = { min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }
    assert(
      property(date(range), (when) => {
        when.setUTCMilliseconds(0)
        expect(readTime(read(utcOrGeneralizedTime(when), 'der'))).toEqual(when)
      }),
    )
  })
})

describe('a text', () => {
  it.each([
    ['0c 03 e2 82 ac', '€'],
    ['13 02 44 45', 'DE'],
    ['14 01 e4', 'ä'],
    ['1e 04 00 41 20 ac', 'A€'],
    ['1c 04 00 01 f6 00', '😀'],
  ])('%s is %s', (text, characters) => {
    expect(isText(element(text))).toBe(true)
    expect(textOf(element(text))).toBe(characters)
  })

  it.each([
    ['0c 01 ff'],
    ['1e 01 41'],
    ['1e 02 d8 00'],
    ['1c 03 00 00 41'],
    ['1c 04 00 11 00 00'],
    ['02 01 41'],
  ])('%s is none', (text) => {
    expect(() => textOf(element(text))).toThrow(MALFORMED)
  })

  it('of ASCII has no control characters: no address can hide a NUL', () => {
    expect(asciiOf(element('81 03 61 40 62'))).toBe('a@b')
    for (const text of ['81 03 61 00 62', '81 01 0a', '81 01 e4']) {
      expect(() => asciiOf(element(text))).toThrow(MALFORMED)
    }
  })
})

describe('the writer', () => {
  it('puts a SET OF into ascending order', () => {
    const set = setOf(octetString(Uint8Array.of(2)), integer(5), octetString(Uint8Array.of(1)))
    expect(hex(set)).toBe('3109020105040101040102')
  })

  it('keeps the constructed bit under an implicit tag', () => {
    expect(hex(contextImplicit(1, sequence(integer(1))))).toBe('a103020101')
    expect(hex(contextImplicit(0, octetString(Uint8Array.of(1))))).toBe('800101')
  })
})

describe('hostile values', () => {
  it('fail in our own way or not at all', () => {
    const readers: ((element: Element) => unknown)[] = [
      ...[integerBytesOf, smallIntegerOf, booleanOf, oidOf, octetsOf, flagsOf],
      ...[wholeBitStringOf, textOf, asciiOf],
    ]
    assert(
      property(nat({ max: 0x1e }), uint8Array({ maxLength: 40 }), (tag, content) => {
        const hostile = readWhole(encode(tag === 0 ? 1 : tag, content), 'ber')
        for (const reader of readers) onlyFailsWith(ASN1_CODES, () => reader(hostile))
        onlyFailsWith(ASN1_CODES, () => readTime(read(encode(0x17, content), 'der')))
      }),
      { numRuns: 1000 },
    )
  })
})
