import type { Bytes } from './bytes.ts'
import { PosternError } from './errors.ts'

const CHUNK = 0x8000 // arguments per call that every engine's stack takes

/** Base64 with padding (RFC 4648 §4), on one line. */
export function base64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  }
  return btoa(binary)
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const CODES = Uint8Array.from(DIGITS, (digit) => digit.charCodeAt(0))
const NONE = 64
const VALUES = new Uint8Array(256).fill(NONE)
CODES.forEach((code, value) => (VALUES[code] = value))

const ascii = new TextDecoder()

/** Base64url without padding (RFC 4648 §5): how bytes travel in JSON. */
export function base64url(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3))
  let bits = 0
  let held = 0 // of `bits`, not yet written
  let to = 0
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xffff
    for (held += 8; held >= 6; held -= 6) text[to++] = CODES[(bits >> (held - 6)) & 63] ?? 0
  }
  if (held > 0) text[to] = CODES[(bits << (6 - held)) & 63] ?? 0
  return ascii.decode(text)
}

/**
 * Bytes of a strict base64url text without padding (RFC 4648 §5).
 * @throws PosternError `request/malformed` on any other character, length or non-zero trailing bits
 */
export function parseBase64url(text: string): Bytes {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let isStrict = text.length % 4 !== 1
  let bits = 0
  let held = 0
  let to = 0
  for (let at = 0; at < text.length; at++) {
    const value = VALUES[text.charCodeAt(at)] ?? NONE
    isStrict &&= value !== NONE
    bits = ((bits << 6) | value) & 0xffff
    held += 6
    if (held >= 8) {
      held -= 8
      bytes[to++] = bits >> held
    }
  }
  isStrict &&= (bits & ((1 << held) - 1)) === 0
  if (!isStrict) throw new PosternError('request/malformed', 'not base64url')
  return bytes
}
