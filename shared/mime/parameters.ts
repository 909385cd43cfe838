import { type Bytes, concat, utf8 } from '../bytes.ts'
import { decodeText } from './charset.ts'
import { decodeEncodedWords } from './encoded-words.ts'
import { MAX_PARAMETER_LENGTH, MAX_PARAMETERS } from './limits.ts'

/** A field like Content-Type: a `value` in lower case, and parameters with names in lower case, decoded. */
export type Parameterized = {
  readonly value: string
  readonly parameters: ReadonlyMap<string, string>
}

// name = token or quoted string; what is left open ends at the end (RFC 2045 §5.1)
const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\[\s\S])*)"?|([^;]*))/g

/**
 * A parameterized field, continuations and charsets of RFC 2231 undone, encoded words too (seen in real
 * mail). Of parameters with one name the first counts; what is above MAX_PARAMETER_LENGTH is cut off.
 */
export function parseParameterized(field: string): Parameterized {
  const value = /^[^;]*/.exec(field)?.[0].trim().toLowerCase() ?? ''
  const parameters = new Map<string, string>()
  const pieces = new Map<string, Piece[]>()
  let count = 0
  for (const [, rawName = '', quoted, token = ''] of withoutComments(field).matchAll(PARAMETER)) {
    if (++count > MAX_PARAMETERS) break
    const text = (quoted?.replace(/\\([\s\S])/g, '$1') ?? token.trim()).slice(
      0,
      MAX_PARAMETER_LENGTH,
    )
    const extended = /^([^*]+)\*(?:(\d{1,3})(\*)?)?$/.exec(rawName.toLowerCase())
    if (extended === null) setOnce(parameters, rawName.toLowerCase(), decodeEncodedWords(text))
    else {
      const [, name = '', index, star] = extended
      const list = pieces.get(name) ?? []
      list.push({
        index: Number(index ?? 0),
        encoded: index === undefined || star !== undefined,
        text,
      })
      pieces.set(name, list)
    }
  }
  for (const [name, list] of pieces) parameters.set(name, joined(list)) // RFC 2231 wins over a plain fallback
  return { value, parameters }
}

type Piece = { index: number; encoded: boolean; text: string }

function setOnce(map: Map<string, string>, name: string, text: string): void {
  if (!map.has(name)) map.set(name, text)
}

function joined(pieces: readonly Piece[]): string {
  const ordered = [...pieces].sort((a, b) => a.index - b.index)
  let charset: string | null = null
  const bytes = ordered.map((piece, position): Bytes => {
    if (!piece.encoded) return utf8(piece.text)
    const prefix = position === 0 ? /^([^']*)'[^']*'/.exec(piece.text) : null
    if (prefix !== null) charset = prefix[1] ?? null
    return percentDecoded(prefix === null ? piece.text : piece.text.slice(prefix[0].length))
  })
  return decodeText(concat(...bytes), charset)
}

function percentDecoded(text: string): Bytes {
  const bytes: number[] = []
  for (const token of text.match(/%[0-9A-Fa-f]{2}|[\s\S]/g) ?? []) {
    if (token.length === 3) bytes.push(parseInt(token.slice(1), 16))
    else bytes.push(...utf8(token))
  }
  return Uint8Array.from(bytes)
}

/** Comments (RFC 5322 §3.2.2) outside quoted strings, where a simple mailer puts one behind a parameter. */
function withoutComments(field: string): string {
  return field.replace(/"(?:[^"\\]|\\[\s\S])*"?|\([^()]*\)/g, (part) =>
    part.startsWith('(') ? ' ' : part,
  )
}
