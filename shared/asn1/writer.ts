/** DER (X.690 §10, §11) as small functions; each returns one whole element. */
import { type Bytes, concat } from '../bytes.ts'
import {
  BIT_STRING,
  CONSTRUCTED,
  context,
  GENERALIZED_TIME,
  INTEGER,
  NULL,
  OCTET_STRING,
  OID,
  PRINTABLE_STRING,
  SEQUENCE,
  SET,
  UTC_TIME,
  UTF8_STRING,
} from './tags.ts'

/** A SEQUENCE of elements, in the order given. */
export function sequence(...elements: readonly Uint8Array[]): Bytes {
  return encode(SEQUENCE | CONSTRUCTED, ...elements)
}

/** A SET or SET OF: its elements are put into ascending order, as DER wants (X.690 §11.6). */
export function setOf(...elements: readonly Uint8Array[]): Bytes {
  return encode(SET | CONSTRUCTED, ...elements.toSorted(compareEncodings))
}

/** `[n] EXPLICIT`, or `[n] IMPLICIT` of a SEQUENCE or SET given as its elements. */
export function contextExplicit(n: number, ...elements: readonly Uint8Array[]): Bytes {
  return encode(context(n) | CONSTRUCTED, ...elements)
}

/** `[n] IMPLICIT` of one whole element: its tag is replaced. */
export function contextImplicit(n: number, element: Uint8Array): Bytes {
  const retagged = concat(element)
  retagged[0] = context(n) | ((element[0] ?? 0) & CONSTRUCTED)
  return retagged
}

/** An INTEGER from 0 to 2^53 - 1. */
export function integer(value: number): Bytes {
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError('not an unsigned integer')
  const digits = value.toString(16)
  const even = digits.length % 2 === 0 ? digits : `0${digits}`
  return unsignedInteger(Uint8Array.from(even.match(/../g) ?? [], (pair) => parseInt(pair, 16)))
}

/** An INTEGER of an unsigned big-endian magnitude. */
export function unsignedInteger(magnitude: Uint8Array): Bytes {
  const first = magnitude.findIndex((byte) => byte !== 0)
  const digits = first === -1 ? new Uint8Array(1) : magnitude.subarray(first)
  return encode(INTEGER, (digits[0] ?? 0) >= 0x80 ? new Uint8Array(1) : new Uint8Array(), digits)
}

/** An INTEGER of ready content octets, as `integerBytesOf` reads them. */
export function integerOfBytes(content: Uint8Array): Bytes {
  return encode(INTEGER, content)
}

/** A DER OCTET STRING. */
export function octetString(octets: Uint8Array): Bytes {
  return encode(OCTET_STRING, octets)
}

/** A BIT STRING of whole octets. */
export function bitString(octets: Uint8Array): Bytes {
  return encode(BIT_STRING, new Uint8Array(1), octets)
}

/** A DER NULL. */
export function nullValue(): Bytes {
  return encode(NULL)
}

/** A DER UTF8String. */
export function utf8String(text: string): Bytes {
  return encode(UTF8_STRING, new TextEncoder().encode(text))
}

/** A PrintableString; its alphabet is the caller's care. */
export function printableString(text: string): Bytes {
  return encode(PRINTABLE_STRING, new TextEncoder().encode(text))
}

/** An OBJECT IDENTIFIER of its dotted form. */
export function oid(dotted: string): Bytes {
  const [root = 0n, second = 0n, ...arcs] = dotted.split('.').map(BigInt)
  return encode(OID, ...[root * 40n + second, ...arcs].map(base128))
}

/** A time as RFC 5280 §4.1.2.5 has it: UTCTime from 1950 to 2049, else GeneralizedTime; whole seconds. */
export function utcOrGeneralizedTime(date: Date): Bytes {
  const year = date.getUTCFullYear()
  const digits = date.toISOString().replace(/\.\d+/, '').replaceAll(/[-:T]/g, '')
  const short = year >= 1950 && year < 2050
  const text = short ? digits.slice(2) : digits
  return encode(short ? UTC_TIME : GENERALIZED_TIME, new TextEncoder().encode(text))
}

/** One element of the identifier octet and the parts of its content. */
export function encode(identifier: number, ...parts: readonly Uint8Array[]): Bytes {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return concat(Uint8Array.of(identifier), lengthOctets(length), ...parts)
}

function lengthOctets(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length)
  const octets: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  return Uint8Array.of(0x80 | octets.length, ...octets)
}

function base128(arc: bigint): Uint8Array {
  const septets = [Number(arc & 0x7fn)]
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) septets.unshift(Number(rest & 0x7fn) | 0x80)
  return Uint8Array.from(septets)
}

function compareEncodings(a: Uint8Array, b: Uint8Array): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
