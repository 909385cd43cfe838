import { createHash } from 'node:crypto'
import { concat } from '#shared/bytes.ts'
import { isEqual, isZero } from './constant-time.ts'
import type { Recovered } from './recovered.ts'

/** Hashes of RSAES-OAEP, for the label and for the mask (RFC 8017 §7.1), and their lengths in bytes. */
export const OAEP_HASH_BYTES = { 'sha-1': 20, 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 } as const
export type OaepHash = keyof typeof OAEP_HASH_BYTES

/**
 * Removes RSAES-OAEP padding (RFC 8017 §7.1.2 step 3, empty label) from a decrypted block:
 * `00 ‖ masked seed ‖ masked (hash of label ‖ zeros ‖ 01 ‖ key)`. The key's length is known beforehand,
 * so the 01 stands at a known place. All checks flow into one flag: Manger's attack needs to tell the
 * first byte from the rest.
 * @param block as long as the modulus
 */
export function recoverOaep(
  block: Uint8Array,
  keyBytes: number,
  { hash, mgfHash }: { readonly hash: OaepHash; readonly mgfHash: OaepHash },
): Recovered {
  const hashBytes = OAEP_HASH_BYTES[hash]
  if (block.length < keyBytes + 2 * hashBytes + 2)
    throw new TypeError('block too short for this key')
  const maskedSeed = block.subarray(1, 1 + hashBytes)
  const maskedData = block.subarray(1 + hashBytes)
  const seed = xor(maskedSeed, mgf1(maskedData, hashBytes, mgfHash))
  const data = xor(maskedData, mgf1(seed, maskedData.length, mgfHash))

  const separator = data.length - keyBytes - 1
  let wrong = (block[0] ?? 0) | ((data[separator] ?? 0) ^ 1)
  for (let at = hashBytes; at < separator; at++) wrong |= data[at] ?? 0
  wrong |= 1 ^ isEqual(data.subarray(0, hashBytes), digest(hash, new Uint8Array()))
  const key = new Uint8Array(data.subarray(separator + 1))
  seed.fill(0)
  data.fill(0)
  return { good: isZero(wrong), key }
}

/** MGF1 (RFC 8017 §B.2.1). */
function mgf1(seed: Uint8Array, length: number, hash: OaepHash): Uint8Array {
  const mask = new Uint8Array(length)
  const step = OAEP_HASH_BYTES[hash]
  for (let at = 0, counter = 0; at < length; at += step, counter++) {
    const number = Uint8Array.of(0, 0, counter >>> 8, counter & 0xff)
    mask.set(digest(hash, concat(seed, number)).subarray(0, length - at), at)
  }
  return mask
}

function digest(hash: OaepHash, data: Uint8Array): Uint8Array {
  return createHash(hash.replace('-', '')).update(data).digest()
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, at) => byte ^ (b[at] ?? 0))
}
