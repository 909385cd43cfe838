import { type Bytes, concat } from '../bytes.ts'

/** Octets of a block of AES. */
export const BLOCK = 16

/** Filled up with zeros to whole blocks. */
export function toBlocks(bytes: Bytes): Bytes {
  const rest = bytes.length % BLOCK
  return rest === 0 ? bytes : concat(bytes, new Uint8Array(BLOCK - rest))
}

/** Whether both tags, of the same length, are the same; where they differ does not show in the time it takes. */
export function sameTag(a: Bytes, b: Bytes): boolean {
  return a.reduce((different, byte, at) => different | (byte ^ (b[at] ?? 0)), 0) === 0
}
