import { describe, expect, test } from 'vitest'
import { RecentUse } from './recent-use.ts'

const NOON = Date.parse('2025-03-01T12:00:00.000Z')
const after = (seconds: number) => new Date(NOON + seconds * 1000)
const quota = { subject: 'key', seconds: 60, uses: 3 }

/** The key was used at these seconds after noon. */
function usedAt(...seconds: number[]): RecentUse {
  const use = new RecentUse([])
  for (const second of seconds) use.note('key', after(second).toISOString())
  return use
}

describe('of three uses in any minute', () => {
  test.each([
    ['none', [], 0, 0],
    ['two', [0, 0], 0, 0],
    ['a third at the same moment', [0, 0, 0], 0, 60],
    ['the first a while ago', [0, 30, 30], 40, 20],
    ['the first a minute ago', [0, 30, 30], 60, 0],
    ['less than a second left', [0, 30, 30], 59.5, 1],
    ['more than there may be', [0, 10, 20, 30], 35, 35],
  ])('%s', (_what, seconds, now, wait) => {
    expect(usedAt(...seconds).wait(quota, after(now))).toBe(wait)
  })
})

test('what was stored and what is noted count together', () => {
  const use = new RecentUse([
    { subject: 'key', back: 2, count: 7, at: after(0).toISOString() },
    { subject: 'key', back: 1, count: 7, at: after(20).toISOString() },
  ])
  expect(use.wait(quota, after(60))).toBe(0)
  use.note('key', after(60).toISOString())
  expect(use.wait(quota, after(60))).toBe(20)
  expect(use.noted).toEqual([{ subject: 'key', number: 8, at: after(60).toISOString() }])
})

test('a use that is forgotten is an old one, and a quota of none is never free', () => {
  const use = new RecentUse([{ subject: 'key', back: 2, count: 900, at: null }])
  expect(use.wait(quota, after(0))).toBe(0)
  expect(use.wait({ ...quota, uses: 0 }, after(0))).toBe(60)
})

test('each subject has its own', () => {
  const use = usedAt(0, 0, 0)
  expect(use.wait({ ...quota, subject: 'user' }, after(0))).toBe(0)
})
