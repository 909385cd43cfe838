import type { Bytes } from '../bytes.ts'
import { decodeBase64 } from '../mime/base64-body.ts'

/**
 * The CMS object that these bytes are, in BER or DER, where they hold one as it is, as PEM (RFC 7468) or as
 * bare base64; null when they are something else. Only the start is looked at: the rest may be damaged.
 * @param spent the object may be decoded in the memory of its base64, which nobody reads any more
 */
export function findCms(bytes: Bytes, spent = false): Bytes | null {
  if (startsLikeCms(bytes)) return bytes
  const head = asciiText(bytes.subarray(0, HEAD)).trimStart()
  if (PEM_LABEL.test(head)) return cmsInBase64(pemBody(bytes, afterLabel(bytes)), spent)
  return /^MI[A-Za-z0-9+/]{14}/.test(head) ? cmsInBase64(bytes, spent) : null
}

const HEAD = 200 // the first line of PEM, or the start of base64, with blanks before it
// Labels are many and mean nothing (CMS, PKCS7, PKCS #7 SIGNED DATA, SMIME…): the object tells what it is.
const PEM_LABEL = /^-----BEGIN [A-Z0-9 #/_-]{1,60}-----[ \t]*\r?\n/
const LF = 10
const DASH = 45

/** Behind the line of the label, with blank lines before it or not. */
function afterLabel(bytes: Bytes): number {
  return bytes.indexOf(LF, bytes.indexOf(DASH)) + 1
}

function pemBody(bytes: Bytes, start: number): Bytes {
  const end = bytes.indexOf(DASH, start)
  return bytes.subarray(start, end < 0 ? bytes.length : end)
}

function cmsInBase64(body: Bytes, spent: boolean): Bytes | null {
  const start = decodeBase64(body.subarray(0, HEAD))
  return startsLikeCms(start) ? decodeBase64(body, spent ? body : undefined) : null
}

const PKCS7 = '06092a864886f70d0107' // 1.2.840.113549.1.7.x, RFC 5652
const SMIME_CT = '060b2a864886f70d01091001' // 1.2.840.113549.1.9.16.1.x, RFC 5083 and RFC 3274

/** Whether the bytes start as a ContentInfo of a type that S/MIME knows (RFC 5652 §3). */
function startsLikeCms(bytes: Bytes): boolean {
  const length = bytes[1] ?? 0
  if (bytes[0] !== 0x30) return false
  const start = length > 0x80 && length <= 0x88 ? 2 + length - 0x80 : 2
  const type = Array.from(bytes.subarray(start, start + 12), (byte) =>
    byte.toString(16).padStart(2, '0'),
  )
  return type.join('').startsWith(PKCS7) || type.join('').startsWith(SMIME_CT)
}

function asciiText(bytes: Bytes): string {
  return String.fromCharCode(...bytes)
}
