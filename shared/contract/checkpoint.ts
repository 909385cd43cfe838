import { type Bytes, utf8 } from '../bytes.ts'

/** What is said of an audit when it is signed: so far, a chain stood like this. */
export type Checkpoint = {
  /** Counted from 0 over all checkpoints of a database, whoever's chain they are about. */
  readonly number: number
  /** Whose chain. */
  readonly writer: string
  /** Its entry, */
  readonly sequence: number
  /** and the hash of that entry: SHA-256 in hexadecimal. */
  readonly hash: string
  /** When it was signed: ISO 8601 in UTC. */
  readonly at: string
  /** SHA-256, in hexadecimal, of what was signed as the checkpoint before; empty for the first. */
  readonly previous: string
}

/**
 * What is signed: the canonical encoding of a checkpoint, version 1, fixed for ever. The UTF-8 bytes of a JSON array
 * (RFC 8259, without white space, strings escaped as ECMA-262 `JSON.stringify` does) of
 *
 *     "postern/checkpoint/v1", number, writer, sequence, hash, at, previous, key
 *
 * where `number` and `sequence` are numbers and all others are strings. The signature is ECDSA on P-256 over its
 * SHA-256, as DER Ecdsa-Sig-Value (RFC 3279 §2.2.3).
 * @param key SHA-256, in hexadecimal, of the signing key's SubjectPublicKeyInfo
 */
export function encodeCheckpoint(checkpoint: Checkpoint, key: string): Bytes {
  const { number, writer, sequence, hash, at, previous } = checkpoint
  const fields = ['postern/checkpoint/v1', number, writer, sequence, hash, at, previous, key]
  return utf8(JSON.stringify(fields))
}
