import { describe, expect, it } from 'vitest'
import { formatMailDate, parseMailDate } from './date.ts'

describe('parseMailDate', () => {
  it.each([
    ['Sat, 20 Feb 2021 10:09:02 -0500', '2021-02-20T15:09:02.000Z'],
    ['20 Feb 21 10:09 GMT', '2021-02-20T10:09:00.000Z'],
    ['Sat, 20 Feb 2021 10:09:02 -0500 (EST)', '2021-02-20T15:09:02.000Z'],
    ['Sat,  1 feb 1997 10:09:02 PST', '1997-02-01T18:09:02.000Z'],
  ])('reads %s', (value, expected) => {
    expect(parseMailDate(value)?.toISOString()).toBe(expected)
  })

  it.each(['', 'yesterday', '99 Foo 2021 10:00', '('.repeat(200_000)])(
    'gives null for %.20s',
    (value) => {
      expect(parseMailDate(value)).toBeNull()
    },
  )

  it('reads back what it wrote', () => {
    const date = new Date('2026-12-31T23:59:59Z')
    expect(formatMailDate(date)).toBe('Thu, 31 Dec 2026 23:59:59 +0000')
    expect(parseMailDate(formatMailDate(date))).toEqual(date)
  })
})
