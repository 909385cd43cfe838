import { base64 } from './base64.ts'
import type { Bytes } from './bytes.ts'
import { PosternError } from './errors.ts'

/** One textual encoding of RFC 7468. */
export type PemBlock = { readonly label: string; readonly der: Bytes }

const LINE = 64 // RFC 7468 §2
const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,60})-----([A-Za-z0-9+/=\s]*)-----END \1-----/g

/** PEM of one block, in lines that end with LF (RFC 7468 §2). */
export function encodePem({ label, der }: PemBlock): string {
  const lines = base64(der).match(new RegExp(`.{1,${LINE}}`, 'g')) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

/**
 * The blocks of a text, in order; what stands around them is passed over.
 * @throws PosternError `x509/malformed` where a block is no base64
 */
export function decodePem(text: string): PemBlock[] {
  return Array.from(text.matchAll(BLOCK), ([, label = '', body = '']) => ({
    label,
    der: decode(body.replaceAll(/\s/g, '')),
  }))
}

function decode(body: string): Bytes {
  try {
    return Uint8Array.from(atob(body), (char) => char.charCodeAt(0))
  } catch (cause) {
    throw new PosternError('x509/malformed', 'A PEM block is no base64.', { cause })
  }
}
