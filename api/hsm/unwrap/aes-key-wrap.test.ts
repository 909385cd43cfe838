import { createCipheriv, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { recoverAesWrapped } from './aes-key-wrap.ts'

/** RFC 3394 by OpenSSL, the independent hand. */
function wrap(kek: Uint8Array, key: Uint8Array): Buffer {
  const cipher = createCipheriv(`id-aes${8 * kek.length}-wrap`, kek, Buffer.alloc(8, 0xa6))
  return Buffer.concat([cipher.update(key), cipher.final()])
}

test('the example of RFC 3394 §4.6 opens', () => {
  const kek = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex')
  const key = Buffer.from('00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f', 'hex')
  const wrapped = Buffer.from(
    '28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21',
    'hex',
  )
  const recovered = recoverAesWrapped(kek, wrapped)
  expect(recovered.good).toBe(1)
  expect(Buffer.compare(recovered.key, key)).toBe(0)
})

test('what OpenSSL wrapped opens, for every size of both keys', () => {
  for (const kekBytes of [16, 24, 32]) {
    for (const keyBytes of [16, 24, 32]) {
      const [kek, key] = [randomBytes(kekBytes), randomBytes(keyBytes)]
      const wrapped = wrap(kek, key)
      const before = Buffer.from(wrapped)
      const recovered = recoverAesWrapped(kek, wrapped)
      expect(recovered.good).toBe(1)
      expect(Buffer.compare(recovered.key, key)).toBe(0)
      expect(wrapped.equals(before)).toBe(true)
    }
  }
})

test('one changed bit anywhere, or another key, is not good, and gives as many bytes', () => {
  const kek = randomBytes(32)
  const wrapped = wrap(kek, randomBytes(32))
  for (let bit = 0; bit < 8 * wrapped.length; bit++) {
    const changed = Buffer.from(wrapped)
    changed[bit >> 3]! ^= 1 << (bit & 7)
    const { good, key } = recoverAesWrapped(kek, changed)
    expect(good).toBe(0)
    expect(key).toHaveLength(32)
  }
  expect(recoverAesWrapped(randomBytes(32), wrapped).good).toBe(0)
})

test('a length that no wrapped key has is a mistake of the caller', () => {
  for (const length of [0, 8, 16, 23, 25, 39]) {
    expect(() => recoverAesWrapped(new Uint8Array(16), new Uint8Array(length))).toThrow(TypeError)
  }
})
