import { describe, expect, it } from 'vitest'
import { read } from '../asn1/reader.ts'
import { contextExplicit, contextImplicit, encode, integer, sequence } from '../asn1/writer.ts'
import { utf8, type Bytes } from '../bytes.ts'
import { encodeName } from './issue.ts'
import { parseName } from './name.ts'
import { type BoundNames, parseNameConstraints, satisfies } from './name-constraints.ts'

function address(base: string): Bytes {
  return sequence(contextImplicit(1, encode(0x16, utf8(base))))
}

function directory(commonName: string): Bytes {
  return sequence(
    contextExplicit(4, encodeName({ country: 'DE', organization: 'Example', commonName })),
  )
}

const named = (names: Partial<BoundNames>): BoundNames => ({
  directoryNames: [],
  addresses: [],
  otherForms: [],
  ...names,
})

/** Whether one address passes, with these subtrees permitted and excluded. */
function passes(mail: string, permitted: readonly string[], excluded: readonly string[]): boolean {
  const parts = [
    contextExplicit(0, ...permitted.map(address)),
    contextExplicit(1, ...excluded.map(address)),
  ]
  return satisfies(
    parseNameConstraints(read(sequence(...parts), 'der')),
    named({ addresses: [mail] }),
  )
}

describe('name constraints', () => {
  it.each([
    ['a@example.com', ['a@example.com'], [], true],
    ['b@example.com', ['a@example.com'], [], false],
    ['a@Example.COM', ['example.com'], [], true],
    ['a@sub.example.com', ['example.com'], [], false],
    ['a@sub.example.com', ['.example.com'], [], true],
    ['a@example.com', ['.example.com'], [], false],
    ['a@notexample.com', ['example.com'], [], false],
    ['a@example.com', ['example.org', 'example.com'], [], true],
    ['a@example.com', [], ['example.com'], false],
    ['a@example.org', [], ['example.com'], true],
    ['a@example.com', ['example.com'], ['a@example.com'], false],
    ['"a@example.org"@example.com', ['example.org'], [], false],
    ['a@example.com', [], [], true],
    ['a@example.com', [''], [], true],
    ['a@example.com', [], [''], false],
    ['a@bücher.example', [], [], true],
    ['a@bücher.example', [], ['xn--bcher-kva.example'], false],
    ['a@bücher.example', ['xn--bcher-kva.example'], [], false],
    ['a@\u212a.example', ['k.example'], [], false],
    ['ä@example.com', ['example.com'], ['example.org'], true],
  ])('on %s with %j permitted and %j excluded: %s', (mail, permitted, excluded, outcome) => {
    expect(passes(mail, permitted, excluded)).toBe(outcome)
  })

  it('on directory names bind the subject, whatever its string types', () => {
    const permitted = contextExplicit(0, directory('Staff'))
    const constraints = parseNameConstraints(read(sequence(permitted), 'der'))
    const subject = (commonName: string) => {
      const der = encodeName({ country: 'DE', organization: 'Example', commonName })
      return parseName(read(der, 'der').next())
    }
    const pass = (names: Partial<BoundNames>) => satisfies(constraints, named(names))
    expect(pass({ directoryNames: [subject('staff')] })).toBe(true)
    expect(pass({ directoryNames: [subject('Guests')] })).toBe(false)
    expect(pass({ directoryNames: [subject('staff'), subject('Guests')] })).toBe(false)
    expect(pass({ addresses: ['a@example.com'] })).toBe(true)
  })

  it('on a form that is not compared here let no name of that form pass, and every other', () => {
    const dns = sequence(contextImplicit(2, encode(0x16, utf8('example.com'))))
    for (const where of [0, 1]) {
      const constraints = parseNameConstraints(read(sequence(contextExplicit(where, dns)), 'der'))
      expect(satisfies(constraints, named({ otherForms: ['130'] }))).toBe(false)
      expect(satisfies(constraints, named({ otherForms: ['134'] }))).toBe(true)
      expect(satisfies(constraints, named({ addresses: ['a@example.org'] }))).toBe(true)
    }
  })

  it('without subtrees name none', () => {
    const nothing = parseNameConstraints(read(sequence(), 'der'))
    expect(nothing).toEqual({ permitted: [], excluded: [] })
  })

  it('with more fields than two, or subtrees of another tag, are malformed', () => {
    const more = sequence(contextExplicit(0, address('a')), contextExplicit(2, address('a')))
    const set = sequence(
      contextExplicit(0, encode(0x31, contextImplicit(1, encode(0x16, utf8('a'))))),
    )
    const codes = [
      [more, 'asn1/malformed'],
      [set, 'x509/malformed'],
    ] as const
    for (const [constraints, code] of codes) {
      expect(() => parseNameConstraints(read(constraints, 'der'))).toThrow(
        expect.objectContaining({ code }),
      )
    }
  })

  it('with bounds, which RFC 5280 forbids, are malformed', () => {
    const bounded = sequence(
      contextImplicit(1, encode(0x16, utf8('a'))),
      contextImplicit(0, integer(1)),
    )
    const constraints = sequence(contextExplicit(0, bounded))
    expect(() => parseNameConstraints(read(constraints, 'der'))).toThrow(
      expect.objectContaining({ code: 'asn1/malformed' }),
    )
  })
})
