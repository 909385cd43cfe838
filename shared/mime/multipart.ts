import { type Bytes, utf8 } from '../bytes.ts'

const CR = 13
const LF = 10
const DASH = 45

/**
 * The parts of a multipart body (RFC 2046 §5.1.1), as windows on it: from behind the delimiter's line to the
 * line break before the next delimiter. Preamble and epilogue are left out; a missing last delimiter is
 * tolerated. A line that only starts like a delimiter is none. At most `max` parts are returned.
 */
export function splitMultipart(body: Bytes, boundary: string, max: number): Bytes[] {
  const mark = utf8(`--${boundary.trimEnd()}`)
  const parts: Bytes[] = []
  let start = -1
  for (const delimiter of delimiters(body, mark)) {
    if (start >= 0) parts.push(body.subarray(start, Math.max(start, delimiter.start)))
    start = delimiter.next
    if (delimiter.last || parts.length >= max) return parts
  }
  if (start >= 0) parts.push(body.subarray(start))
  return parts
}

/** `start` is where the delimiter's own line break begins, `next` where the next part begins. */
type Delimiter = { readonly start: number; readonly next: number; readonly last: boolean }

function* delimiters(body: Bytes, mark: Bytes): Generator<Delimiter> {
  let at = dashesAtLineStart(body, 0)
  while (at >= 0) {
    const delimiter = delimiterAt(body, at, mark)
    if (delimiter !== null) yield delimiter
    at = dashesAtLineStart(body, delimiter?.next ?? at + 1)
  }
}

const CALM = 64 // bytes without a dash, after which the next one may be far: base64 has none

/** By `indexOf` over calm stretches only: to call it from dash to dash is slow where a mail is full of them. */
function dashesAtLineStart(body: Bytes, from: number): number {
  let calm = 0
  for (let at = from; at < body.length; at++) {
    if (body[at] !== DASH) {
      if (++calm < CALM) continue
      at = body.indexOf(DASH, at)
      if (at < 0) return -1
    }
    calm = 0
    if (body[at + 1] === DASH && atLineStart(body, at)) return at
  }
  return -1
}

function atLineStart(body: Bytes, at: number): boolean {
  return at === 0 || body[at - 1] === LF
}

function delimiterAt(body: Bytes, at: number, mark: Bytes): Delimiter | null {
  for (let index = 0; index < mark.length; index++) {
    if (body[at + index] !== mark[index]) return null
  }
  let end = at + mark.length
  const last = body[end] === DASH && body[end + 1] === DASH
  if (last) end += 2
  while (body[end] === 32 || body[end] === 9) end++ // transport padding
  if (body[end] === CR && (body[end + 1] === LF || end + 1 === body.length)) end++
  if (end < body.length && body[end] !== LF) return null
  return { start: lineBreakBefore(body, at), next: Math.min(end + 1, body.length), last }
}

function lineBreakBefore(body: Bytes, at: number): number {
  if (at === 0) return 0
  return at > 1 && body[at - 2] === CR ? at - 2 : at - 1
}
