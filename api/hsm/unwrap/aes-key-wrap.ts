import { createDecipheriv } from 'node:crypto'
import { isEqual } from './constant-time.ts'
import type { Recovered } from './recovered.ts'

const BLOCK = 8
const INITIAL_VALUE = new Uint8Array(BLOCK).fill(0xa6) // RFC 3394 §2.2.3.1

/**
 * Unwraps an AES-wrapped key (RFC 3394 §2.2.2), always to the end: a library's unwrap would say by an
 * error, and sooner, that the integrity check failed.
 * @param wrapped a multiple of 8 bytes, at least 24
 */
export function recoverAesWrapped(kek: Uint8Array, wrapped: Uint8Array): Recovered {
  const blocks = wrapped.length / BLOCK - 1
  if (!Number.isInteger(blocks) || blocks < 2) throw new TypeError('not a wrapped key')
  const aes = createDecipheriv(`aes-${8 * kek.length}-ecb`, kek, null).setAutoPadding(false)
  const state = new Uint8Array(2 * BLOCK)
  const key = new Uint8Array(wrapped.subarray(BLOCK))
  state.set(wrapped.subarray(0, BLOCK))
  for (let round = 5; round >= 0; round--) {
    for (let block = blocks; block >= 1; block--) {
      const at = (block - 1) * BLOCK
      const step = blocks * round + block
      state[BLOCK - 1] = (state[BLOCK - 1] ?? 0) ^ step // below 256: at most 6 steps for each of 4 blocks
      state.set(key.subarray(at, at + BLOCK), BLOCK)
      state.set(aes.update(state))
      key.set(state.subarray(BLOCK), at)
    }
  }
  const good = isEqual(state.subarray(0, BLOCK), INITIAL_VALUE)
  state.fill(0)
  return { good, key }
}
