import { describe, expect, it } from 'vitest'
import { base64url } from '../base64.ts'
import { idSchema, instantSchema, wireBytes } from './wire.ts'

describe('bytes on the wire', () => {
  const schema = wireBytes(2, 4)
  const of = (length: number) => base64url(new Uint8Array(length).fill(251))

  it.each([2, 3, 4])('are taken within their bounds: %i', (length) => {
    expect(schema.parse(of(length))).toEqual(new Uint8Array(length).fill(251))
  })

  it.each([
    ['too few', of(1)],
    ['too many', of(5)],
    ['none', ''],
    ['with padding', '-_s='],
    ['in the other alphabet', '+/v7'],
    ['in blanks', '-_ v'],
    ['with bits left over', '-_t'],
    ['no text', 7],
  ])('are refused: %s', (_name, value) => {
    expect(schema.safeParse(value).success).toBe(false)
  })
})

describe('what else travels', () => {
  it('is an id of 128 bits', () => {
    expect(idSchema.safeParse(base64url(new Uint8Array(16))).success).toBe(true)
    for (const text of ['', 'a'.repeat(21), 'a'.repeat(23), `${'a'.repeat(21)}/`]) {
      expect(idSchema.safeParse(text).success).toBe(false)
    }
  })

  it('is an instant in UTC', () => {
    expect(instantSchema.safeParse('2026-01-02T03:04:05.000Z').success).toBe(true)
    for (const text of ['2026-01-02', '2026-01-02T03:04:05+01:00', 'now']) {
      expect(instantSchema.safeParse(text).success).toBe(false)
    }
  })
})
