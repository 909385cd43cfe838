import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { type MailAddress, parseAddressList } from './address.ts'
import { decodeText } from './charset.ts'
import { displayText } from './display-text.ts'
import { decodeEncodedWords } from './encoded-words.ts'
import { MIME_LIMITS } from './limits.ts'

/** One field: `name` in lower case, `value` unfolded and not decoded. */
export type HeaderField = { readonly name: string; readonly value: string }

/** A header block. `end` is the offset of the body: behind the blank line, or the end of the bytes. */
export type Headers = { readonly fields: readonly HeaderField[]; readonly end: number }

const LF = 10
const CR = 13

/**
 * The header block at the start of a message or part (RFC 5322 §2.2), ended by CRLF or LF lines alike.
 * Raw UTF-8 (RFC 6532) is read; lines that are no field are passed over.
 * @throws PosternError `mime/limit` when the block is longer than `headerBytes`
 */
export function parseHeaders(bytes: Bytes, headerBytes: number = MIME_LIMITS.headerBytes): Headers {
  const block = headerBlock(bytes, headerBytes)
  const text = decodeText(bytes.subarray(0, block.fieldsEnd), null)
  const fields: HeaderField[] = []
  for (const line of text.replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/)) {
    const field = /^([!-9;-~]+)[ \t]*:(.*)$/s.exec(line)
    if (field === null) continue
    const [, name = '', value = ''] = field
    fields.push({ name: name.toLowerCase(), value: value.trim() })
  }
  return { fields, end: block.bodyStart }
}

function headerBlock(bytes: Bytes, limit: number): { fieldsEnd: number; bodyStart: number } {
  let at = 0
  while (at < bytes.length) {
    if (bytes[at] === LF) return bounded({ fieldsEnd: at, bodyStart: at + 1 }, limit)
    if (bytes[at] === CR && bytes[at + 1] === LF) {
      return bounded({ fieldsEnd: at, bodyStart: at + 2 }, limit)
    }
    const end = bytes.indexOf(LF, at)
    if (end < 0 || end > limit) break
    at = end + 1
  }
  return bounded({ fieldsEnd: bytes.length, bodyStart: bytes.length }, limit)
}

function bounded<T extends { fieldsEnd: number }>(block: T, limit: number): T {
  if (block.fieldsEnd > limit)
    throw new PosternError('mime/limit', 'The header fields of the message are too long.')
  return block
}

/** The first field of that name (lower case), not decoded; null when absent. */
export function headerValue(headers: Headers, name: string): string | null {
  return headers.fields.find((field) => field.name === name)?.value ?? null
}

/** Every field of that name (lower case), not decoded. */
export function headerValues(headers: Headers, name: string): string[] {
  return headers.fields.filter((field) => field.name === name).map((field) => field.value)
}

/** The first field of that name as one safe line of text, encoded words decoded; null when absent. */
export function headerText(headers: Headers, name: string): string | null {
  const value = headerValue(headers, name)
  return value === null ? null : displayText(decodeEncodedWords(value))
}

/** The mailboxes of all fields of that name: a second `From` is not overlooked. */
export function headerAddresses(headers: Headers, name: string): MailAddress[] {
  return headerValues(headers, name).flatMap(parseAddressList)
}
