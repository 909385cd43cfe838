import { describe, expect, it } from 'vitest'
import { formatMailAddress, parseAddressList, parseMailAddress } from './address.ts'

describe('parseAddressList', () => {
  it.each([
    ['alice@example.com', [['', 'alice@example.com']]],
    ['Alice <alice@example.com>', [['Alice', 'alice@example.com']]],
    [
      '"Doe, Alice" <alice@example.com>, bob@example.com',
      [
        ['Doe, Alice', 'alice@example.com'],
        ['', 'bob@example.com'],
      ],
    ],
    ['alice@example.com (Alice)', [['Alice', 'alice@example.com']]],
    ['=?utf-8?Q?J=C3=BCrgen?= <j@example.com>', [['Jürgen', 'j@example.com']]],
    [
      'Friends: alice@example.com, <bob@example.com>;',
      [
        ['', 'alice@example.com'],
        ['', 'bob@example.com'],
      ],
    ],
    ['undisclosed-recipients:;', []],
    ['"odd one"@example.com', [['', '"odd one"@example.com']]],
    ['<@relay,@other:alice@example.com>', [['', 'alice@example.com']]],
    ['Alice', [['Alice', '']]],
    ['', []],
  ])('reads %s', (value, expected) => {
    expect(parseAddressList(value).map(({ name, address }) => [name, address])).toEqual(expected)
  })

  it('shows both of two addresses in the place of one', () => {
    const addresses = (value: string) => parseAddressList(value).map((mailbox) => mailbox.address)
    expect(addresses('<alice@example.com> <eve@example.org>')).toEqual([
      'alice@example.com',
      'eve@example.org',
    ])
    expect(addresses('alice@example.com eve@example.org')).toEqual([
      'alice@example.com',
      'eve@example.org',
    ])
  })

  it('does not take an unquoted address for a name, unless it is the address itself', () => {
    const addresses = (value: string) => parseAddressList(value).map((mailbox) => mailbox.address)
    expect(addresses('boss@example.com <eve@example.org>')).toEqual([
      'boss@example.com',
      'eve@example.org',
    ])
    expect(addresses('Eve@example.org <eve@example.org>')).toEqual(['eve@example.org'])
    expect(addresses('"boss@example.com" <eve@example.org>')).toEqual(['eve@example.org'])
  })

  it('does not hide an address in the name of a group', () => {
    const addresses = (value: string) => parseAddressList(value).map((mailbox) => mailbox.address)
    const both = ['boss@example.com', 'eve@example.org']
    expect(addresses('boss@example.com: eve@example.org;')).toEqual(both)
    expect(addresses('The boss@example.com : Eve <eve@example.org>;')).toEqual(both)
    expect(addresses('<boss@example.com>:eve@example.org')).toEqual(both)
    expect(addresses('"boss@example.com": eve@example.org;')).toEqual(['eve@example.org'])
  })

  it('never makes an address of an encoded word', () => {
    const [mailbox] = parseAddressList('=?utf-8?Q?alice=40example.com=3E?= <eve@example.org>')
    expect(mailbox).toEqual({ name: 'alice@example.com>', address: 'eve@example.org' })
  })

  it('takes controls and direction marks out of a name', () => {
    expect(parseAddressList('"A\u202elice\u0007" <alice@example.com>')[0]?.name).toBe('Alice')
  })

  it('ends on text that is left open', () => {
    expect(parseAddressList('"alice <alice@example.com')).toHaveLength(1)
    expect(parseAddressList('(((alice')).toEqual([{ name: '((alice', address: '' }])
    expect(parseAddressList('<alice@example.com, eve@example.org')).toHaveLength(1)
  })

  it('takes a field of addresses without separators in one go, however long', () => {
    // Comparing each with each would take minutes: far beyond any test's time.
    const field = 'a@b '.repeat(30_000) + '<x>'.repeat(30_000)
    expect(parseAddressList(field)).toHaveLength(5000)
  })

  it('takes more addresses between two commas than a call takes arguments', () => {
    expect(parseAddressList('@ '.repeat(130_000) + ',')).toHaveLength(5000)
  })
})

describe('parseMailAddress', () => {
  it('accepts one mailbox', () => {
    expect(parseMailAddress('Bob B. <bob@example.com>')).toEqual({
      name: 'Bob B.',
      address: 'bob@example.com',
    })
  })

  it.each([
    '',
    'alice',
    'alice@',
    'a@example.com, b@example.com',
    'a b@example.com',
    'a@example.com\r\nBcc: b@example.com',
    '<a@exa mple.com>',
    'a@-example.com',
  ])('refuses %j', (text) => {
    expect(parseMailAddress(text)).toBeNull()
  })
})

describe('formatMailAddress', () => {
  it.each([
    'Alice',
    'Doe, Alice',
    'Say "hi" \\',
    'Jürgen Müller',
    '=?utf-8?Q?x?=',
    'é'.repeat(100),
  ])('writes the name %s so that it reads back', (name) => {
    const text = formatMailAddress({ name, address: 'alice@example.com' })
    expect(text.split('\r\n').every((line) => line.length <= 100 && /^[ -~]*$/.test(line))).toBe(
      true,
    )
    expect(parseAddressList(text.replaceAll('\r\n', ''))).toEqual([
      { name, address: 'alice@example.com' },
    ])
  })
})

describe('one mailbox as a user writes it', () => {
  it.each([
    ['alice@example.com', 'alice@example.com'],
    ['  alice@example.com ', 'alice@example.com'],
    ['Alice <alice@example.com>', 'alice@example.com'],
    [`${'a'.repeat(308)}@example.com`, `${'a'.repeat(308)}@example.com`],
  ])('%j is read', (text, address) => {
    expect(parseMailAddress(text)?.address).toBe(address)
  })

  it.each([
    'john doe@example.com',
    'a@example.com,b@example.com',
    'Al\u0000ice <alice@example.com>',
    'Alice\t<alice@example.com>',
    `${'a'.repeat(309)}@example.com`,
    'Alice',
  ])('%j is none', (text) => {
    expect(parseMailAddress(text)).toBeNull()
  })
})

describe('the names and routes of a field', () => {
  it.each([
    [
      'Alice, bob@example.com',
      [
        ['Alice', ''],
        ['', 'bob@example.com'],
      ],
    ],
    [
      'boss@example.com <eve@example.org>',
      [
        ['', 'boss@example.com'],
        ['', 'eve@example.org'],
      ],
    ],
    ['< @relay:alice@example.com>', [['', 'alice@example.com']]],
    ['<alice@example.com:b>', [['', 'alice@example.com:b']]],
  ])('%s', (value, expected) => {
    expect(parseAddressList(value).map(({ name, address }) => [name, address])).toEqual(expected)
  })

  it.each([
    ['', 'alice@example.com'],
    ['Alice', 'Alice <alice@example.com>'],
    ['Alice, the boss', '"Alice, the boss" <alice@example.com>'],
    ['Alice =?x', '=?utf-8?'],
  ])('the name %j is written as %s', (name, expected) => {
    const written = formatMailAddress({ name, address: 'alice@example.com' })
    expect(written.slice(0, expected.length)).toBe(expected)
    expect(expected.startsWith('=?') || written === expected).toBe(true)
  })
})
