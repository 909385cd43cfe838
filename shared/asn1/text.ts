import { malformed } from './header.ts'
import { contentOf, type Element } from './reader.ts'
import {
  BMP_STRING,
  IA5_STRING,
  NUMERIC_STRING,
  PRINTABLE_STRING,
  TELETEX_STRING,
  UNIVERSAL_STRING,
  UTF8_STRING,
  VISIBLE_STRING,
} from './tags.ts'

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const UTF16 = new TextDecoder('utf-16be', { fatal: true, ignoreBOM: true })
const LATIN1 = new TextDecoder('latin1')

/** Whether the element is one of the string types that names are made of. */
export function isText(element: Element): boolean {
  return !element.constructed && decoderOf(element.tag) !== null
}

/**
 * The text of a character string of any usual type. TeletexString is read as Latin-1, as everybody does.
 * @throws PosternError `asn1/malformed` where the octets are not of that type
 */
export function textOf(element: Element): string {
  const decode = element.constructed ? null : decoderOf(element.tag)
  if (decode === null) throw malformed('not a text', element.start)
  try {
    return decode(contentOf(element))
  } catch {
    throw malformed('text in a wrong encoding', element.start)
  }
}

/** The content as ASCII without control characters, whatever the tag: for `[n] IMPLICIT IA5String`. */
export function asciiOf(element: Element): string {
  const text = LATIN1.decode(contentOf(element))
  if (element.constructed || !/^[ -~]*$/.test(text)) throw malformed('not ASCII', element.start)
  return text
}

function decoderOf(tag: number): ((bytes: Uint8Array) => string) | null {
  switch (tag) {
    case UTF8_STRING:
      return (bytes) => UTF8.decode(bytes)
    case BMP_STRING:
      return (bytes) => UTF16.decode(bytes)
    case UNIVERSAL_STRING:
      return utf32
    case IA5_STRING:
    case NUMERIC_STRING:
    case PRINTABLE_STRING:
    case TELETEX_STRING:
    case VISIBLE_STRING:
      return (bytes) => LATIN1.decode(bytes)
    default:
      return null
  }
}

function utf32(bytes: Uint8Array): string {
  if (bytes.length % 4 !== 0) throw new RangeError('not of whole characters')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let text = ''
  for (let at = 0; at < bytes.length; at += 4) text += String.fromCodePoint(view.getUint32(at))
  return text
}
