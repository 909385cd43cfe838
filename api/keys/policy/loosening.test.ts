import { expect, test } from 'vitest'
import type { KeyPolicy } from '#shared/contract/key-policy.ts'
import { isLoosening } from './loosening.ts'

const MIDDLE: KeyPolicy = {
  approval: 'period',
  approvalMinutes: 10,
  approvalUses: 5,
  approvalAbove: 50,
  perMinute: 60,
  perDay: 600,
  offlineDays: 3,
  requireContent: true,
}

const LOOSER: Partial<KeyPolicy>[] = [
  { approval: 'none' },
  { approvalMinutes: 11 },
  { approvalUses: 6 },
  { approvalAbove: 51 },
  { approvalAbove: null },
  { perMinute: 61 },
  { perDay: 601 },
  { offlineDays: 4 },
  { requireContent: false },
]

const STRICTER: Partial<KeyPolicy>[] = [
  { approval: 'each-use' },
  { approvalMinutes: 9 },
  { approvalUses: 4 },
  { approvalAbove: 0 },
  { perMinute: 0 },
  { perDay: 599 },
  { offlineDays: 0 },
]

test.each(LOOSER)('%j lets a key do more, and taking it back does not', (change) => {
  const after = { ...MIDDLE, ...change }
  expect(isLoosening(MIDDLE, after)).toBe(true)
  expect(isLoosening(after, MIDDLE)).toBe(false)
})

test.each(STRICTER)('%j lets a key do less, and taking it back lets it do more', (change) => {
  const after = { ...MIDDLE, ...change }
  expect(isLoosening(MIDDLE, after)).toBe(false)
  expect(isLoosening(after, MIDDLE)).toBe(true)
})

test('what stays as it is loosens nothing', () => {
  expect(isLoosening(MIDDLE, { ...MIDDLE })).toBe(false)
})

test('a change that is stricter in all but one member is loosening all the same', () => {
  const strict = STRICTER.reduce((policy, change) => ({ ...policy, ...change }), MIDDLE)
  expect(isLoosening(MIDDLE, { ...MIDDLE, ...strict })).toBe(false)
  expect(isLoosening(MIDDLE, { ...MIDDLE, ...strict, offlineDays: 4 })).toBe(true)
})
