/** The values of primitive elements. None looks at the tag: that was asked of the `Cursor`. */
import { type Bytes, concat } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { malformed } from './header.ts'
import { MAX_ELEMENTS, MAX_OID_BYTES } from './limits.ts'
import { childrenOf, contentOf, type Element } from './reader.ts'
import { OCTET_STRING } from './tags.ts'

const MAX_FLAG_BYTES = 8 // key usage, the longest list of flags we read, has nine bits

/** Content octets of an INTEGER: two's complement, shortest form (X.690 §8.3). */
export function integerBytesOf(element: Element): Bytes {
  const bytes = primitive(element)
  const [first, second] = bytes
  const padded =
    second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))
  if (first === undefined || padded) throw malformed('bad integer', element.start)
  return bytes
}

/** An INTEGER from 0 to 2^31 - 1, for versions, counts and lengths. */
export function smallIntegerOf(element: Element): number {
  const bytes = integerBytesOf(element)
  if (bytes.length > 4 || (bytes[0] ?? 0) >= 0x80) {
    throw malformed('integer out of range', element.start)
  }
  return bytes.reduce((value, byte) => value * 256 + byte, 0)
}

/** A BOOLEAN; in DER, true is 0xff (X.690 §11.1). */
export function booleanOf(element: Element): boolean {
  const bytes = primitive(element)
  const [value] = bytes
  const strict = value === 0 || value === 0xff || element.source.rules === 'ber'
  if (value === undefined || bytes.length !== 1 || !strict) {
    throw malformed('bad boolean', element.start)
  }
  return value !== 0
}

/** An OBJECT IDENTIFIER in dotted form (X.690 §8.19). */
export function oidOf(element: Element): string {
  const bytes = primitive(element)
  if (bytes.length === 0 || bytes.length > MAX_OID_BYTES || (bytes.at(-1) ?? 0) >= 0x80) {
    throw malformed('bad object identifier', element.start)
  }
  const arcs: bigint[] = []
  let arc = 0n
  let fresh = true
  for (const byte of bytes) {
    if (fresh && byte === 0x80) throw malformed('padded object identifier', element.start)
    arc = (arc << 7n) | BigInt(byte & 0x7f)
    fresh = byte < 0x80
    if (!fresh) continue
    arcs.push(arc)
    arc = 0n
  }
  const joined = arcs[0] ?? 0n // 40 × first + second, where first is 0, 1 or 2
  const root = joined < 80n ? joined / 40n : 2n
  return [root, joined - root * 40n, ...arcs.slice(1)].join('.')
}

/**
 * The octets of an OCTET STRING. A view where it lies in one piece; where BER has it in pieces, one copy.
 * A string whose end is missing is refused, because a piece might be.
 */
export function octetsOf(element: Element): Bytes {
  if (!element.constructed) return contentOf(element)
  if (element.source.rules === 'der') throw malformed('string in pieces', element.start)
  const pieces: Bytes[] = []
  gatherPieces(element, pieces)
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : concat(...pieces)
}

/** A BIT STRING of whole octets, as signatures and keys are. */
export function wholeBitStringOf(element: Element): Bytes {
  const bytes = primitive(element)
  if (bytes[0] !== 0) throw malformed('bit string not of whole octets', element.start)
  return bytes.subarray(1)
}

/** The numbers of the bits that are set in a BIT STRING of flags. */
export function flagsOf(element: Element): ReadonlySet<number> {
  const content = primitive(element)
  const unused = content[0] ?? 8
  const bytes = content.subarray(1)
  if (unused > (bytes.length === 0 ? 0 : 7) || bytes.length > MAX_FLAG_BYTES) {
    throw malformed('bad bit string', element.start)
  }
  const flags = new Set<number>()
  for (let bit = 0; bit < bytes.length * 8 - unused; bit++) {
    if (((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0) flags.add(bit)
  }
  return flags
}

function gatherPieces(element: Element, pieces: Bytes[]): void {
  if (!element.closed) throw malformed('string without its end', element.start)
  const children = childrenOf(element)
  while (!children.atEnd) {
    const piece = children.next(OCTET_STRING)
    if (piece.constructed) gatherPieces(piece, pieces)
    else pieces.push(contentOf(piece))
    if (pieces.length > MAX_ELEMENTS) {
      throw new PosternError('asn1/limit', 'string in too many pieces')
    }
  }
}

function primitive(element: Element): Bytes {
  if (element.constructed) throw malformed('value in pieces', element.start)
  return contentOf(element)
}
