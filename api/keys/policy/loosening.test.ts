import { expect, test } from 'vitest'
import type { KeyPolicy } from '#shared/contract/key-policy.ts'
import { isLoosening } from './loosening.ts'

const OPEN: KeyPolicy = {
  approval: 'none',
  approvalMinutes: 10,
  approvalUses: 5,
  approvalAbove: null,
  perMinute: 60,
  perDay: 600,
  offlineDays: 3,
  requireContent: false,
}

/** Each stricter than what stands before it. */
const STEPS: readonly (readonly [Partial<KeyPolicy>, Partial<KeyPolicy>])[] = [
  [{}, { approval: 'period' }],
  [{}, { approval: 'each-use' }],
  [{}, { approvalAbove: 1000 }],
  [{ approval: 'period' }, { approval: 'each-use' }],
  [{ approvalAbove: 50 }, { approvalAbove: 49 }],
  [{ approvalAbove: 50 }, { approval: 'period' }],
  [{ approvalAbove: 50 }, { approval: 'each-use', approvalAbove: null }],
  [{ approval: 'period' }, { approval: 'period', approvalMinutes: 9 }],
  [{ approval: 'each-use' }, { approval: 'each-use', approvalMinutes: 9 }],
  [{ approval: 'each-use' }, { approval: 'each-use', approvalUses: 4 }],
  [{ approvalAbove: 50 }, { approvalAbove: 50, approvalMinutes: 9 }],
  [{}, { approval: 'period', approvalMinutes: 60, approvalUses: 50 }], // there were none before
  [{}, { perMinute: 59 }],
  [{}, { perDay: 0 }],
  [{}, { offlineDays: 0 }],
  [{}, { requireContent: true }],
]

test.each(STEPS)('from %j to %j a key can do less, and back again more', (loose, strict) => {
  const before = { ...OPEN, ...loose }
  const after = { ...OPEN, ...strict }
  expect(isLoosening(before, after)).toBe(false)
  expect(isLoosening(after, before)).toBe(true)
})

test('what is not in force loosens nothing, and what stays as it is neither', () => {
  expect(isLoosening(OPEN, OPEN)).toBe(false)
  expect(isLoosening(OPEN, { ...OPEN, approvalMinutes: 60, approvalUses: 50 })).toBe(false)
  const period: KeyPolicy = { ...OPEN, approval: 'period' }
  expect(isLoosening(period, { ...period, approvalUses: 50, approvalAbove: 9 })).toBe(false)
})

test('a change that is stricter in all but one member is loosening all the same', () => {
  const strict: KeyPolicy = { ...OPEN, approval: 'each-use', perDay: 1, requireContent: true }
  expect(isLoosening(OPEN, strict)).toBe(false)
  expect(isLoosening(OPEN, { ...strict, offlineDays: 4 })).toBe(true)
})
