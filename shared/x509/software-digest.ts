/** Digests that WebCrypto lacks. Loaded when a signature comes that was made with one. */
import { md5, ripemd160 } from '@noble/hashes/legacy.js'
import { sha224 } from '@noble/hashes/sha2.js'
import { sha3_224, sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js'
import type { Bytes } from '../bytes.ts'

const HASHES = {
  md5,
  'ripemd-160': ripemd160,
  'sha-224': sha224,
  'sha3-224': sha3_224,
  'sha3-256': sha3_256,
  'sha3-384': sha3_384,
  'sha3-512': sha3_512,
} as const

/** What is computed here. */
export type SoftwareDigest = keyof typeof HASHES

/** The digest of `data` (RFC 1321, RIPEMD-160, FIPS 180-4, FIPS 202). */
export function softwareDigest(digest: SoftwareDigest, data: Bytes): Bytes {
  return HASHES[digest](data)
}
