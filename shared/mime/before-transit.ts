import { type Bytes, concat } from '../bytes.ts'
import { isPosternError } from '../errors.ts'
import { decodedBody, type Entity, parseEntity } from './parse.ts'

/** What a part may have been, and what a relay would have done to it since. */
export type Earlier = { readonly change: string; readonly content: Bytes }

/**
 * What a part may have been before a relay wrapped its lines, trimmed or added blanks, turned line ends or
 * made seven bits of eight: one change undone in each, the likelier first, each made when it is asked for. Where
 * blanks were trimmed, only one of them can be guessed. A guess costs about what one pass over the part costs.
 * @param part with CRLF as line ends, fields and body
 */
export function* beforeTransit(part: Bytes): Generator<Earlier> {
  const text = byteString(part)
  for (const [change, undo] of CHANGES) {
    const before = undo(text, part)
    if (before !== text) yield { change, content: bytesOf(before) }
  }
  for (let at = text.indexOf(CRLF); at >= 0; at = text.indexOf(CRLF, at + 1)) {
    const before = `${text.slice(0, at)} ${text.slice(at)}`
    yield { change: 'a blank at the end of a line trimmed', content: bytesOf(before) }
  }
}

const CRLF = '\r\n'

type Undo = (text: string, part: Bytes) => string

const CHANGES: readonly (readonly [string, Undo])[] = [
  ['8-bit turned to 7-bit', (_text, part) => byteString(withEightBits(part))],
  ['long lines wrapped', (text) => inBody(text, (body) => body.replace(/\r\n(?=[ \t])/g, ''))],
  ['long lines broken at "!"', (text) => inBody(text, (body) => body.replaceAll('!\r\n ', ''))],
  ['fields wrapped', (text) => inFields(text, (fields) => fields.replace(/\r\n(?=[ \t])/g, ''))],
  ['blanks trimmed', (text) => text.replace(/^--$/gm, '-- ')],
  ['blanks added', (text) => text.replace(/(?<![ \t])[ \t]+(?=\r\n|$)/g, '')],
  ['an empty line added', (text) => text.replace(/\r\n$/, '')],
  ['an empty line trimmed', (text) => text + CRLF],
  ['LF turned to CRLF', (text) => text.replaceAll(CRLF, '\n')],
]

function inBody(text: string, change: (body: string) => string): string {
  const body = bodyStart(text)
  return text.slice(0, body) + change(text.slice(body))
}

function inFields(text: string, change: (fields: string) => string): string {
  const body = bodyStart(text)
  return change(text.slice(0, body)) + text.slice(body)
}

function bodyStart(text: string): number {
  const empty = text.indexOf(CRLF + CRLF)
  return empty < 0 ? text.length : empty + CRLF.length
}

/** Text that needs eight bits and came in an encoding for seven, as it is without (RFC 6152 §3). */
function withEightBits(part: Bytes): Bytes {
  const pieces: Bytes[] = []
  let end = 0
  for (const leaf of textLeavesOf(entityOrNull(part))) {
    const decoded = decodedBody(leaf)
    if (!decoded.some((byte) => byte > 0x7f)) continue
    const start = leaf.raw.byteOffset - part.byteOffset
    const head = byteString(leaf.raw.subarray(0, leaf.raw.length - leaf.body.length))
    pieces.push(part.subarray(end, start), bytesOf(head.replace(ENCODING, '$18bit')), decoded)
    end = start + leaf.raw.length
  }
  return concat(...pieces, part.subarray(end))
}

const ENCODING = /^(Content-Transfer-Encoding:[ \t]*)(?:quoted-printable|base64)/im

function entityOrNull(part: Bytes): Entity | null {
  try {
    return parseEntity(part)
  } catch (error) {
    if (isPosternError(error)) return null
    throw error
  }
}

function textLeavesOf(entity: Entity | null): Entity[] {
  if (entity === null) return []
  if (entity.parts.length > 0) return entity.parts.flatMap(textLeavesOf)
  return entity.contentType.value.startsWith('text/') ? [entity] : []
}

const PIECE = 8192 // characters that one call may take

/** One character for each byte, whatever it is: `latin1` of TextDecoder is another code. */
function byteString(bytes: Bytes): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += PIECE) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE))
  }
  return text
}

function bytesOf(text: string): Bytes {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at)
  return bytes
}
