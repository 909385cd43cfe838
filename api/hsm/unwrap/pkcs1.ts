import { isZero } from './constant-time.ts'
import type { Recovered } from './recovered.ts'

const LEAST_PADDING = 8

/**
 * Removes RSAES-PKCS1-v1_5 padding (RFC 8017 §7.2.2) from a decrypted block:
 * `00 ‖ 02 ‖ at least 8 non-zero bytes ‖ 00 ‖ key`. The key's length is known beforehand, so the zero
 * stands at a known place: nothing is searched for, and each byte is read whatever the others hold.
 * @param block as long as the modulus
 */
export function recoverPkcs1(block: Uint8Array, keyBytes: number): Recovered {
  const start = block.length - keyBytes
  if (start < 3 + LEAST_PADDING) throw new TypeError('block too short for this key')
  const separator = start - 1
  let wrong = (block[0] ?? 0) | ((block[1] ?? 0) ^ 2) | (block[separator] ?? 0)
  for (let at = 2; at < separator; at++) wrong |= isZero(block[at] ?? 0)
  return { good: isZero(wrong), key: new Uint8Array(block.subarray(start)) }
}
