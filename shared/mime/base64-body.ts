import type { Bytes } from '../bytes.ts'

/**
 * Bytes of a base64 body (RFC 2045 §6.8): other characters are skipped, what follows the padding is ignored.
 * @param out takes them; the body itself where it is not needed any more, as nothing is written before it is read
 */
export function decodeBase64(body: Bytes, out: Bytes = roomFor(body)): Bytes {
  const { setFromBase64 } = Uint8Array.prototype as { setFromBase64?: SetFromBase64 }
  const held = new Uint8Array(setFromBase64 === undefined ? 0 : Math.min(PIECE, body.length))
  let length = 0
  let at = 0
  while (setFromBase64 !== undefined && at < body.length) {
    const piece = held.subarray(0, body.length - at)
    piece.set(body.subarray(at, at + PIECE))
    const isLast = at + PIECE >= body.length
    const done = decodePiece(setFromBase64, piece, isLast, out.subarray(length))
    if (done === null) {
      body.set(piece, at) // the attempt may have written over it
      break
    }
    length += done.written
    at += done.read
  }
  length += decodeByHand(body.subarray(at), out.subarray(length))
  return out.subarray(0, length)
}

function roomFor(body: Bytes): Bytes {
  return new Uint8Array(Math.ceil(body.length / 4) * 3)
}

/** How many bytes `decodeBase64` gives for this body. Nothing is decoded. */
export function base64Size(body: Bytes): number {
  const padding = body.indexOf(EQUALS)
  const end = padding < 0 ? body.length : padding
  let digits = 0
  for (let at = 0; at < end; at++) digits += IS_DIGIT[body[at] ?? 0] ?? 0
  return Math.floor((digits * 3) / 4)
}

/** The engine's own decoder (ECMA-262, Uint8Array.prototype.setFromBase64), where it has one. */
type SetFromBase64 = (
  this: Bytes,
  text: string,
  options: { readonly lastChunkHandling: 'loose' | 'stop-before-partial' },
) => { readonly read: number; readonly written: number }

const PIECE = 64 * 1024 // characters at once: the text of a large body would cost as much memory again
const LATIN1 = new TextDecoder('latin1') // one character for each byte, whatever it is

/** How far it got, at a whole group of digits; null where the piece is not plain. */
function decodePiece(
  setFromBase64: SetFromBase64,
  piece: Bytes,
  isLast: boolean,
  out: Bytes,
): ReturnType<SetFromBase64> | null {
  const text = LATIN1.decode(piece)
  if (!isLast && text.includes('=')) return null // what follows the padding is ignored
  try {
    const lastChunkHandling = isLast ? 'loose' : 'stop-before-partial'
    const done = setFromBase64.call(out, text, { lastChunkHandling })
    return done.read === 0 ? null : done
  } catch {
    return null
  }
}

/** Decodes into `out` whatever stands between the digits, and gives the length of it. */
function decodeByHand(body: Bytes, out: Bytes): number {
  let length = 0
  let bits = 0
  let held = 0
  let at = 0
  while (at < body.length) {
    if (bits === 0) {
      const groups = decodeGroups(body, at, out, length)
      at += groups * 4
      length += groups * 3
    }
    const value = SEXTETS[body[at++] ?? 0] ?? SKIP
    if (value === SKIP) continue
    if (value === PADDING) break
    held = ((held << 6) | value) & 0xfff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      out[length++] = held >> bits
    }
  }
  return length
}

/** Decodes whole groups of four digits from `at`, up to the first that is interrupted, and says how many. */
function decodeGroups(body: Bytes, at: number, out: Bytes, length: number): number {
  const groups = (body.length - at) >> 2
  for (let group = 0, from = at, to = length; group < groups; group++, from += 4, to += 3) {
    const first = SEXTETS[body[from] ?? 0] ?? SKIP
    const second = SEXTETS[body[from + 1] ?? 0] ?? SKIP
    const third = SEXTETS[body[from + 2] ?? 0] ?? SKIP
    const fourth = SEXTETS[body[from + 3] ?? 0] ?? SKIP
    if ((first | second | third | fourth) > 63) return group
    out[to] = (first << 2) | (second >> 4)
    out[to + 1] = (second << 4) | (third >> 2)
    out[to + 2] = (third << 6) | fourth
  }
  return groups
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const EQUALS = 61
const SKIP = 255
const PADDING = 254
const SEXTETS = sextets()
const IS_DIGIT = SEXTETS.map((sextet) => (sextet < 64 ? 1 : 0))

function sextets(): Uint8Array {
  const table = new Uint8Array(256).fill(SKIP)
  for (let value = 0; value < 64; value++) table[DIGITS.charCodeAt(value)] = value
  table[EQUALS] = PADDING
  return table
}
