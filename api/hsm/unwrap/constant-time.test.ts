import { expect, test } from 'vitest'
import { isEqual, isZero, select } from './constant-time.ts'

test('isZero is 1 for zero alone', () => {
  expect(isZero(0)).toBe(1)
  for (const value of [1, 2, 127, 128, 255, 256, 65_535, 2 ** 31 - 1]) expect(isZero(value)).toBe(0)
})

test('select gives the one or the other, whole, and never the same memory', () => {
  const one = Uint8Array.of(0, 1, 127, 128, 255)
  const zero = Uint8Array.of(255, 128, 1, 0, 7)
  expect(select(1, one, zero)).toEqual(one)
  expect(select(0, one, zero)).toEqual(zero)
  expect(select(1, one, zero)).not.toBe(one)
  expect(() => select(1, one, new Uint8Array(4))).toThrow(TypeError)
})

test('isEqual sees a difference of one bit wherever it is', () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, at) => at)
  expect(isEqual(bytes, bytes.slice())).toBe(1)
  for (let bit = 0; bit < 256; bit++) {
    const changed = bytes.slice()
    changed[bit >> 3]! ^= 1 << (bit & 7)
    expect(isEqual(bytes, changed)).toBe(0)
  }
  expect(() => isEqual(bytes, bytes.subarray(1))).toThrow(TypeError)
})
