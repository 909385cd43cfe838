import { base64 } from '../base64.ts'
import { type Bytes, concat, utf8 } from '../bytes.ts'
import { decodeText } from './charset.ts'
import { decodeBase64 } from './base64-body.ts'
import { MAX_ENCODED_WORDS } from './limits.ts'

// RFC 2047 §2; a language tag after the charset is RFC 2231 §5. Blanks inside a Q word are seen in real mail.
const WORD = /=\?([A-Za-z0-9_.:+-]+)(?:\*[A-Za-z0-9-]*)?\?([BbQq])\?([^?\r\n]*)\?=/g

/** Neighbouring words of one charset. */
type Run = { readonly charset: string; readonly pieces: Bytes[] }
type Piece = { readonly charset: string; readonly bytes: Bytes }

/**
 * Text of a field in which encoded words (RFC 2047) are decoded. Neighbouring words of one charset are
 * joined before decoding, as some mailers split a letter between two words. Words above MAX_ENCODED_WORDS
 * stay as they are written.
 */
export function decodeEncodedWords(value: string): string {
  let text = ''
  let at = 0
  let run: Run = { charset: '', pieces: [] }
  let count = 0
  for (const match of value.matchAll(WORD)) {
    if (++count > MAX_ENCODED_WORDS) break
    const between = value.slice(at, match.index)
    const { charset, bytes } = decodeWord(match)
    const isNeighbour = run.pieces.length > 0 && between.trim() === ''
    if (isNeighbour && run.charset === charset) run.pieces.push(bytes)
    else {
      text += flush(run) + (isNeighbour ? '' : between)
      run = { charset, pieces: [bytes] }
    }
    at = match.index + match[0].length
  }
  return text + flush(run) + value.slice(at)
}

function flush({ charset, pieces }: Run): string {
  return decodeText(concat(...pieces), charset)
}

function decodeWord(match: RegExpExecArray): Piece {
  const [, charset = '', encoding = '', body = ''] = match
  const bytes = encoding.toUpperCase() === 'B' ? decodeBase64(utf8(body)) : decodeQ(body)
  return { charset: charset.toLowerCase(), bytes }
}

function decodeQ(body: string): Bytes {
  const bytes: number[] = []
  for (const token of body.match(/=[0-9A-Fa-f]{2}|[\s\S]/g) ?? []) {
    if (token.length === 3) bytes.push(parseInt(token.slice(1), 16))
    else if (token === '_') bytes.push(32)
    else bytes.push(...utf8(token))
  }
  return Uint8Array.from(bytes)
}

const WORD_BYTES = 42 // 42 bytes are 56 base64 characters; with `=?utf-8?B??=` 68, below the 75 of RFC 2047 §2

/**
 * Text as it may stand in a field: plain ASCII as it is (unless `always`), anything else as encoded words,
 * one a line.
 */
export function encodeWords(text: string, always = false): string {
  if (!always && /^[\x20-\x7e]*$/.test(text) && !text.includes('=?')) return text
  const words: string[] = []
  let chunk: Bytes = new Uint8Array(0)
  for (const letter of text) {
    const next = utf8(letter)
    if (chunk.length + next.length > WORD_BYTES) {
      words.push(chunkWord(chunk))
      chunk = next
    } else chunk = concat(chunk, next)
  }
  words.push(chunkWord(chunk))
  return words.join('\r\n ')
}

function chunkWord(bytes: Bytes): string {
  return `=?utf-8?B?${base64(bytes)}?=`
}
