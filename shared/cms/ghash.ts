/** The hash of GCM (NIST SP 800-38D §6.4) for a single block. Loaded when a large message comes. */
import { ghash } from '@noble/ciphers/_polyval.js'
import type { Bytes } from '../bytes.ts'

/** The product of the two, 16 octets each, in the field of GCM (§6.3). */
export function hashBlock(hashKey: Bytes, block: Bytes): Bytes {
  return ghash(block, hashKey).slice()
}
