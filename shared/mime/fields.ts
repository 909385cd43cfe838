import { formatMailAddress, type MailAddress } from './address.ts'
import { encodeWords } from './encoded-words.ts'

const LINE = 76
const MAX_WORD = 900 // below the 998 of RFC 5322 §2.1.1, with room for the field's name

/** `Name: mailbox, mailbox`, one mailbox a line. */
export function addressField(name: string, mailboxes: readonly MailAddress[]): string {
  return `${name}: ${mailboxes.map(formatMailAddress).join(',\r\n ')}`
}

/** `Name: text`, folded at blanks, encoded where it is not plain ASCII (RFC 2047). */
export function textField(name: string, text: string): string {
  const value = encodeWords(text.trim())
  if (value.includes('\r\n') || value.startsWith('=?')) return `${name}: ${value}`
  const words = value.split(/(?= )/)
  if (words.some((word) => word.length > MAX_WORD))
    return `${name}: ${encodeWords(text.trim(), true)}`
  return folded(`${name}:`, words.length === 0 ? [] : [` ${words[0] ?? ''}`, ...words.slice(1)])
}

/** `Name: <id> <id>`, one id a line. */
export function idsField(name: string, ids: readonly string[]): string {
  return `${name}: ${ids.join('\r\n ')}`
}

function folded(start: string, words: readonly string[]): string {
  const lines: string[] = []
  let line = start
  for (const word of words) {
    if (line.length + word.length > LINE && line !== start && word.trim() !== '') {
      lines.push(line)
      line = word
    } else line += word
  }
  return [...lines, line].join('\r\n')
}

/** `Name: value; parameter="…"`, one parameter a line; other than ASCII by RFC 2231. */
export function parameterizedField(
  name: string,
  value: string,
  parameters: Readonly<Record<string, string>> = {},
): string {
  const lines = Object.entries(parameters).flatMap(([key, text]) => parameterLines(key, text))
  return [`${name}: ${value}`, ...lines].join(';\r\n ')
}

const PIECE = 50 // characters of a value in one line; each may need three when encoded
const ENCODED_PIECE = /(?:%..|[^%]){1,16}/g

function parameterLines(key: string, text: string): string[] {
  if (/^[\x20-\x7e]*$/.test(text) && text.length <= PIECE) {
    return [`${key}="${text.replace(/["\\]/g, '\\$&')}"`]
  }
  const encoded = encodeURIComponent(text.toWellFormed()).replace(/['()*!]/g, percent)
  const pieces = encoded.match(ENCODED_PIECE) ?? ['']
  if (pieces.length === 1) return [`${key}*=utf-8''${encoded}`]
  return pieces.map((piece, index) => `${key}*${index}*=${index === 0 ? "utf-8''" : ''}${piece}`)
}

function percent(char: string): string {
  return '%' + char.charCodeAt(0).toString(16).toUpperCase()
}
