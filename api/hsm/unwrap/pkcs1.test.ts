import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { recoverPkcs1 } from './pkcs1.ts'

const MODULUS_BYTES = 256
const key = randomBytes(32).fill(7, 0, 1)

/** 00 02 ‖ padding ‖ 00 ‖ key, as long as the modulus. */
function block(contentKey: Uint8Array = key): Uint8Array {
  const padding = new Uint8Array(MODULUS_BYTES - 3 - contentKey.length).fill(0xa5)
  return Uint8Array.of(0, 2, ...padding, 0, ...contentKey)
}

function changed(at: number, value: number): Uint8Array {
  return block().with(at, value)
}

describe('a well padded block', () => {
  test.each([16, 24, 32])('gives its key of %i bytes', (length) => {
    const contentKey = randomBytes(length)
    const { good, key: recovered } = recoverPkcs1(block(contentKey), length)
    expect(good).toBe(1)
    expect(Buffer.compare(recovered, contentKey)).toBe(0)
  })

  test('gives a key that may itself begin with zeros', () => {
    const zeros = new Uint8Array(32)
    expect(recoverPkcs1(block(zeros), 32)).toEqual({ good: 1, key: zeros })
  })

  test('is copied from: overwriting it, as a Buffer too, leaves the key alone', () => {
    const decrypted = Buffer.from(block())
    const { key: recovered } = recoverPkcs1(decrypted, 32)
    decrypted.fill(0)
    expect(Buffer.compare(recovered, key)).toBe(0)
  })

  test('has at least eight bytes of padding', () => {
    const shortest = Uint8Array.of(0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 0, ...key)
    expect(recoverPkcs1(shortest, 32).good).toBe(1)
    expect(() => recoverPkcs1(shortest.subarray(1), 32)).toThrow(TypeError)
  })
})

describe('a badly padded block is not good, and gives as many bytes', () => {
  const separator = MODULUS_BYTES - 33
  const hostile: Record<string, Uint8Array> = {
    'all zero': new Uint8Array(MODULUS_BYTES),
    'all ones': new Uint8Array(MODULUS_BYTES).fill(255),
    'a first byte of 1': changed(0, 1),
    'a first byte of 128': changed(0, 128),
    'block type 0': changed(1, 0),
    'block type 1': changed(1, 1),
    'block type 3': changed(1, 3),
    'block type 130': changed(1, 130),
    'a zero as the first padding byte': changed(2, 0),
    'a zero as the eighth padding byte': changed(9, 0),
    'a zero as the ninth padding byte': changed(10, 0),
    'a zero as the last padding byte': changed(separator - 1, 0),
    'no separator': changed(separator, 1),
    'a separator of 128': changed(separator, 128),
    'a key one byte short': Uint8Array.of(0, 2, 9, ...block().subarray(2, -1)),
    'a key one byte long': block(randomBytes(33)),
    'a key of 16 bytes': block(randomBytes(16)),
    'a key of 24 bytes': block(randomBytes(24)),
    'an empty key': block(new Uint8Array()),
  }
  test.each(Object.entries(hostile))('%s', (_, decrypted) => {
    expect(decrypted).toHaveLength(MODULUS_BYTES)
    const { good, key: garbage } = recoverPkcs1(decrypted, 32)
    expect(good).toBe(0)
    expect(garbage).toHaveLength(32)
  })

  test('whichever padding byte is the zero', () => {
    for (let at = 2; at < separator; at++) expect(recoverPkcs1(changed(at, 0), 32).good).toBe(0)
  })
})
