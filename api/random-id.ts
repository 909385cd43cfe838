import { randomFillSync } from 'node:crypto'

/**
 * A new id: 128 random bits as base64url, 22 characters. The few that begin with a dash are passed over, for the
 * postern command would take them for options.
 */
export function randomId(): string {
  for (;;) {
    const id = randomBytes().toString('base64url')
    if (!id.startsWith('-')) return id
  }
}

const BYTES = 16
const pool = Buffer.alloc(256 * BYTES) // asking for many costs hardly more than asking for one
let used = pool.length

function randomBytes(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += BYTES
  return pool.subarray(used - BYTES, used)
}
