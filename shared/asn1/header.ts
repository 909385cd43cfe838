import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { CONSTRUCTED } from './tags.ts'

/** DER: one encoding for each value. BER: also indefinite and longer lengths, and strings in pieces. */
export type Rules = 'der' | 'ber'

/** Tag and length of one element (X.690 §8.1.2, §8.1.3). */
export type Header = {
  readonly tag: number
  readonly constructed: boolean
  readonly contentStart: number
  /** Content octets; the content is known to lie within the limit that was given. */
  readonly length: number | 'indefinite'
}

const MAX_LENGTH_OCTETS = 4 // 4 GiB, above every limit of ours

/** A failure at one byte of the input. */
export function malformed(what: string, at: number): PosternError {
  return new PosternError('asn1/malformed', `${what} (byte ${at})`)
}

/**
 * Reads the header at `at` of an element that must end by `limit`.
 * @throws PosternError `asn1/malformed`
 */
export function readHeader(bytes: Bytes, at: number, limit: number, rules: Rules): Header {
  const identifier = octet(bytes, at, limit)
  if ((identifier & 0x1f) === 0x1f) throw malformed('multi-octet tag', at)
  const constructed = (identifier & CONSTRUCTED) !== 0
  const tag = identifier & ~CONSTRUCTED
  const first = octet(bytes, at + 1, limit)
  if (first === 0x80) {
    if (rules === 'der' || !constructed) throw malformed('indefinite length', at)
    return { tag, constructed, contentStart: at + 2, length: 'indefinite' }
  }
  const octets = first < 0x80 ? 0 : first & 0x7f
  const length = octets === 0 ? first : longLength(bytes, at + 2, limit, octets, rules)
  const contentStart = at + 2 + octets
  if (length > limit - contentStart) throw malformed('longer than what holds it', at)
  return { tag, constructed, contentStart, length }
}

function longLength(bytes: Bytes, at: number, limit: number, octets: number, rules: Rules): number {
  if (octets > MAX_LENGTH_OCTETS) throw malformed('length of too many octets', at)
  let length = 0
  for (let i = 0; i < octets; i++) length = length * 256 + octet(bytes, at + i, limit)
  const shortest = length >= 0x80 && bytes[at] !== 0
  if (rules === 'der' && !shortest) throw malformed('length not in its shortest form', at)
  return length
}

function octet(bytes: Bytes, at: number, limit: number): number {
  const value = at < limit ? bytes[at] : undefined
  if (value === undefined) throw malformed('ends too early', at)
  return value
}
