import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { OAEP_HASH_BYTES, type OaepHash, recoverOaep } from './oaep.ts'

const MODULUS_BYTES = 256
const HASHES = Object.keys(OAEP_HASH_BYTES) as OaepHash[]
const SHA1 = { hash: 'sha-1', mgfHash: 'sha-1' } as const

type Parts = {
  first?: number
  label?: Uint8Array
  zeros?: (zeros: Uint8Array) => Uint8Array
  mark?: number
  key?: Uint8Array
}

/** EME-OAEP encoding (RFC 8017 §7.1.1 step 2), with parts to be spoilt; written apart from the code under test. */
function encode(parts: Parts, hash: OaepHash, mgfHash: OaepHash): Buffer {
  const name = hash.replace('-', '')
  const label = parts.label ?? createHash(name).digest()
  const key = parts.key ?? randomBytes(32)
  const zeros = Buffer.alloc(MODULUS_BYTES - 2 * OAEP_HASH_BYTES[hash] - 2 - key.length)
  const tail = [(parts.zeros ?? ((same) => same))(zeros), Uint8Array.of(parts.mark ?? 1), key]
  const data = Buffer.concat([label, ...tail])
  const seed = randomBytes(OAEP_HASH_BYTES[hash])
  const maskedData = mask(data, seed, mgfHash)
  return Buffer.concat([
    Uint8Array.of(parts.first ?? 0),
    mask(seed, maskedData, mgfHash),
    maskedData,
  ])
}

function mask(data: Uint8Array, seed: Uint8Array, hash: OaepHash): Buffer {
  const stream: number[] = []
  for (let counter = 0; stream.length < data.length; counter++) {
    const step = createHash(hash.replace('-', '')).update(seed)
    stream.push(...step.update(Uint8Array.of(0, 0, 0, counter)).digest())
  }
  return Buffer.from(data.map((byte, at) => byte ^ stream[at]!))
}

describe('a well padded block', () => {
  const pairs = HASHES.flatMap((hash) => HASHES.map((mgfHash) => [hash, mgfHash] as const))
  test.each(pairs)('gives its key with %s and MGF1 by %s', (hash, mgfHash) => {
    for (const length of [16, 24, 32]) {
      const key = randomBytes(length)
      const recovered = recoverOaep(encode({ key }, hash, mgfHash), length, { hash, mgfHash })
      expect(recovered.good).toBe(1)
      expect(Buffer.compare(recovered.key, key)).toBe(0)
    }
  })

  test('is copied from', () => {
    const key = randomBytes(32)
    const block = encode({ key }, 'sha-1', 'sha-1')
    const recovered = recoverOaep(block, 32, SHA1)
    block.fill(0)
    expect(Buffer.compare(recovered.key, key)).toBe(0)
  })
})

describe('a badly padded block is not good, and gives as many bytes', () => {
  const hostile: Record<string, Parts> = {
    'a first byte of 1, all else right (Manger)': { first: 1 },
    'a first byte of 128': { first: 128 },
    'the hash of another label': { label: createHash('sha1').update('label').digest() },
    'no hash of a label': { label: new Uint8Array(20) },
    'a one among the zeros': { zeros: (zeros) => zeros.with(0, 1) },
    'a two among the zeros': { zeros: (zeros) => zeros.with(zeros.length - 1, 2) },
    'a one before the one': { zeros: (zeros) => zeros.with(zeros.length - 1, 1) },
    'no one': { mark: 0 },
    'a two for the one': { mark: 2 },
    'a 129 for the one': { mark: 129 },
    'a key one byte short': { key: randomBytes(31) },
    'a key one byte long': { key: randomBytes(33) },
    'a short key behind a one that is its own': {
      key: Buffer.concat([Uint8Array.of(1), randomBytes(16)]),
    },
    'an empty key': { key: new Uint8Array() },
  }
  test.each(Object.entries(hostile))('%s', (_, parts) => {
    const { good, key } = recoverOaep(encode(parts, 'sha-1', 'sha-1'), 32, SHA1)
    expect(good).toBe(0)
    expect(key).toHaveLength(32)
  })

  test('made for other hashes', () => {
    const block = encode({}, 'sha-256', 'sha-1')
    expect(recoverOaep(block, 32, SHA1).good).toBe(0)
    expect(recoverOaep(block, 32, { hash: 'sha-256', mgfHash: 'sha-256' }).good).toBe(0)
    expect(recoverOaep(block, 32, { hash: 'sha-256', mgfHash: 'sha-1' }).good).toBe(1)
  })

  test('of noise', () => {
    for (let round = 0; round < 200; round++) {
      expect(recoverOaep(randomBytes(MODULUS_BYTES), 32, SHA1).good).toBe(0)
    }
  })
})

test('a block too short for hash and key is a mistake of the caller', () => {
  expect(() => recoverOaep(new Uint8Array(73), 32, SHA1)).toThrow(TypeError)
  expect(recoverOaep(new Uint8Array(74), 32, SHA1).good).toBe(0)
})
