import { type Bytes, utf8 } from '../bytes.ts'
import { base64Size, decodeBase64 } from './base64-body.ts'

const LINE = 76 // RFC 2045 §6.7, §6.8
const ROW = (LINE / 4) * 3 // bytes in a line of base64
const DIGITS = utf8('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const CR = 13
const LF = 10
const EQUALS = 61

/** Base64 in lines of at most 76 characters, each ended by CRLF; nothing for nothing. */
export function encodeBase64Lines(bytes: Bytes): Bytes {
  const digits = Math.ceil(bytes.length / 3) * 4
  const out = new Uint8Array(digits + Math.ceil(digits / LINE) * 2)
  let length = 0
  for (let at = 0; at < bytes.length; at += ROW) {
    length = encodeRow(bytes, at, Math.min(at + ROW, bytes.length), out, length)
    out[length++] = CR
    out[length++] = LF
  }
  return out
}

/** Writes the digits of one line, and returns where they end. */
function encodeRow(bytes: Bytes, start: number, end: number, out: Bytes, offset: number): number {
  let length = offset
  for (let at = start; at < end; at += 3) {
    const left = end - at
    const held = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    out[length++] = DIGITS[held >> 18] ?? 0
    out[length++] = DIGITS[(held >> 12) & 63] ?? 0
    out[length++] = left > 1 ? (DIGITS[(held >> 6) & 63] ?? 0) : EQUALS
    out[length++] = left > 2 ? (DIGITS[held & 63] ?? 0) : EQUALS
  }
  return length
}

/** Bytes of a quoted-printable body (RFC 2045 §6.7). Malformed escapes stay as they are written. */
export function decodeQuotedPrintable(body: Bytes): Bytes {
  const out = new Uint8Array(body.length)
  let length = 0
  let at = 0
  while (at < body.length) {
    let equals = body.indexOf(EQUALS, at)
    if (equals < 0) equals = body.length
    out.set(body.subarray(at, equals), length)
    length += equals - at
    if (equals === body.length) break
    const escape = escapeAt(body, equals)
    if (escape.byte !== null) out[length++] = escape.byte
    at = escape.next
  }
  return out.slice(0, length)
}

/** How many bytes `decodeQuotedPrintable` gives for this body. */
function quotedPrintableSize(body: Bytes): number {
  let size = body.length
  let at = body.indexOf(EQUALS)
  while (at >= 0) {
    const { byte, next } = escapeAt(body, at)
    size -= next - at - (byte === null ? 0 : 1)
    at = body.indexOf(EQUALS, next)
  }
  return size
}

/** The escape that starts with `=` at `at`: a byte, or null for a soft line break. */
function escapeAt(body: Bytes, at: number): { byte: number | null; next: number } {
  const code = String.fromCharCode(body[at + 1] ?? 0, body[at + 2] ?? 0)
  if (/^[0-9A-Fa-f]{2}$/.test(code)) return { byte: parseInt(code, 16), next: at + 3 }
  let end = at + 1
  while (body[end] === 32 || body[end] === 9) end++ // blanks that a relay added
  if (body[end] === CR && body[end + 1] === LF) return { byte: null, next: end + 2 }
  if (body[end] === LF) return { byte: null, next: end + 1 }
  if (end >= body.length) return { byte: null, next: end }
  return { byte: EQUALS, next: at + 1 }
}

/** Text as quoted-printable, UTF-8, CRLF, lines of at most 76 characters, no blank at a line's end. */
export function encodeQuotedPrintable(text: string): Bytes {
  return utf8(
    text
      .split(/\r\n|\r|\n/)
      .map(quoteLine)
      .join('\r\n'),
  )
}

function quoteLine(line: string): string {
  const out: string[] = []
  let column = 0
  const bytes = utf8(line)
  bytes.forEach((byte, index) => {
    const last = index === bytes.length - 1
    const piece = isPlain(byte, last) ? String.fromCharCode(byte) : escaped(byte)
    if (column + piece.length > LINE - (last ? 0 : 1)) {
      out.push('=\r\n')
      column = 0
    }
    out.push(piece)
    column += piece.length
  })
  // "From " and a lone dot are changed by some relays (RFC 3676 §4.4, RFC 2049 §3).
  return out
    .join('')
    .replace(/^From /, '=46rom ')
    .replace(/^\./, '=2E')
}

function isPlain(byte: number, last: boolean): boolean {
  if (byte === 32 || byte === 9) return !last
  return byte > 32 && byte < 127 && byte !== EQUALS
}

function escaped(byte: number): string {
  return '=' + byte.toString(16).toUpperCase().padStart(2, '0')
}

/** Bytes of a body in a declared transfer encoding; an unknown one is taken as it is (RFC 2045 §6.4). */
export function decodeTransfer(body: Bytes, encoding: string): Bytes {
  switch (encoding) {
    case 'base64':
      return decodeBase64(body)
    case 'quoted-printable':
      return decodeQuotedPrintable(body)
    default:
      return body
  }
}

/** How many bytes `decodeTransfer` gives, without decoding them. */
export function transferSize(body: Bytes, encoding: string): number {
  switch (encoding) {
    case 'base64':
      return base64Size(body)
    case 'quoted-printable':
      return quotedPrintableSize(body)
    default:
      return body.length
  }
}
