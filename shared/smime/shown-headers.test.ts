import { describe, expect, it } from 'vitest'
import { utf8 } from '../bytes.ts'
import { parseHeaders } from '../mime/headers.ts'
import { findSender, showHeaders } from './shown-headers.ts'

const fields = (...lines: readonly string[]) => parseHeaders(utf8(`${lines.join('\r\n')}\r\n\r\n`))
const from = (value: string) => fields(`From: ${value}`)
const shown = (outer: string, inner: string) =>
  showHeaders(from(outer), from(inner)).from.map(({ address }) => address)

const ALICE = 'alice@example.com'
const BOB = 'bob@example.com'

describe('the one sender', () => {
  it('is who stands alone in the only From, inside and outside alike', () => {
    expect(findSender(from(ALICE), null)).toBe(ALICE)
    expect(findSender(from(ALICE), from('Alice@Example.com'))).toBe(ALICE)
    expect(findSender(fields('To: x'), from(ALICE))).toBe(ALICE)
  })

  it.each([
    ['two', `${ALICE}, ${BOB}`],
    ['the same twice', `${ALICE}, ${ALICE}`],
    ['a name alone', 'Alice'],
    ['nobody', ''],
  ])('is not there where From names %s, inside or outside', (_name, value) => {
    expect(findSender(from(value), null)).toBeNull()
    if (value !== '') expect(findSender(from(ALICE), from(value))).toBeNull()
    if (value !== '') expect(findSender(from(value), from(ALICE))).toBeNull()
  })

  it('is not there in two From fields of the same address', () => {
    expect(findSender(fields(`From: ${ALICE}`, `From: ${ALICE}`), null)).toBeNull()
  })
})

describe('the sender that is shown', () => {
  it('is the protected one only where both are one and the same', () => {
    const named = (value: string) => showHeaders(from(ALICE), from(value)).from
    expect(named(`Protected <${ALICE}>`)).toEqual([{ name: 'Protected', address: ALICE }])
    expect(named(`Protected <${BOB}>`)).toEqual([{ name: '', address: ALICE }])
  })

  it('is the outer one where either names more than one', () => {
    expect(shown(`${ALICE}, ${BOB}`, ALICE)).toEqual([ALICE, BOB])
    expect(shown(ALICE, `${ALICE}, ${BOB}`)).toEqual([ALICE])
    expect(shown(`${ALICE}, ${BOB}`, `${ALICE}, carol@example.com`)).toEqual([ALICE, BOB])
  })
})

describe('a subject', () => {
  it('is protected where it came from inside, and the outer one where the inside has none', () => {
    const outer = fields(`From: ${ALICE}`, 'Subject: outside')
    const inner = fields(`From: ${ALICE}`, 'Subject: inside')
    const both = showHeaders(outer, inner)
    expect(both).toMatchObject({ subject: 'inside', subjectProtected: true })
    const without = showHeaders(outer, from(ALICE))
    expect(without).toMatchObject({ subject: 'outside', subjectProtected: false })
    expect(showHeaders(outer, null)).toMatchObject({ subject: 'outside', subjectProtected: false })
  })
})
