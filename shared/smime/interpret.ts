import type { Bytes } from '../bytes.ts'
import { parseHeaders } from '../mime/headers.ts'
import { type Entity, parseEntity } from '../mime/parse.ts'
import { findCms } from './armour.ts'

/** What came out of a layer: a MIME entity, a bare CMS object, plain text without MIME, or other bytes. */
export type Inside =
  | { readonly kind: 'entity'; readonly entity: Entity }
  | { readonly kind: 'cms'; readonly object: Bytes }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Bytes }

/**
 * Tells what the content of a CMS object is. MIME is what S/MIME asks for (RFC 8551 §3.1); tools also wrap
 * bare text or another CMS object.
 * @throws PosternError `mime/limit`
 */
export function interpret(bytes: Bytes): Inside {
  if (bytes[0] === 0x30) {
    const object = findCms(bytes)
    if (object !== null) return { kind: 'cms', object }
  }
  if (startsLikeEntity(bytes)) return { kind: 'entity', entity: parseEntity(bytes) }
  const text = plainText(bytes)
  return text === null ? { kind: 'bytes', bytes } : { kind: 'text', text }
}

const HEAD = 64 * 1024 // of the fields; what is longer and never ends its first block is no entity
const TELLING = /^(?:content-[a-z-]+|mime-version|from)$/

/** Whether a header block stands at the start, every line of it a field, one of them telling of a mail. */
function startsLikeEntity(bytes: Bytes): boolean {
  const head = bytes.subarray(0, HEAD)
  const { fields, end } = parseHeaders(head)
  if (!fields.some((field) => TELLING.test(field.name))) return false
  const block = new TextDecoder('latin1').decode(head.subarray(0, end))
  return block.split(/\r?\n/).every((line) => line === '' || /^[ \t]|^[!-9;-~]+[ \t]*:/.test(line))
}

/** The bytes as text, when they are well-formed UTF-8 without control characters; null when not. */
function plainText(bytes: Bytes): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f]/.test(text)
      ? null
      : text.replaceAll('\r\n', '\n')
  } catch {
    return null
  }
}
