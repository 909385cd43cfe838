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

/** Base64url without padding (RFC 4648 §5): how bytes travel in JSON. */
export function base64url(bytes: Uint8Array): string {
  return base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/**
 * Bytes of a strict base64url text without padding (RFC 4648 §5).
 * @throws PosternError `request/malformed` on any other character, length or non-zero trailing bits
 */
export function parseBase64url(text: string): Bytes {
  const bytes = /^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1 ? decode(text) : null
  if (bytes === null || base64url(bytes) !== text) {
    throw new PosternError('request/malformed', 'not base64url')
  }
  return bytes
}

function decode(text: string): Bytes {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}
