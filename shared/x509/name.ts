import { malformed } from '../asn1/header.ts'
import { childrenOf, type Element, encodedOf } from '../asn1/reader.ts'
import { OID, SET } from '../asn1/tags.ts'
import { isText, textOf } from '../asn1/text.ts'
import { oidOf } from '../asn1/values.ts'
import { type Bytes, hex } from '../bytes.ts'

/** A distinguished name (RFC 5280 §4.1.2.4). */
export type Name = {
  readonly der: Bytes
  /** Readable, in the form of RFC 4514: the most specific part first. */
  readonly text: string
  /** Each relative name in a form to compare (RFC 5280 §7.1), the most general one first. */
  readonly parts: readonly string[]
  /** Values of the emailAddress attribute (PKCS #9). */
  readonly emailAddresses: readonly string[]
}

const MAX_PARTS = 100 // relative names in one name; honest ones have under ten

const EMAIL_ADDRESS = '1.2.840.113549.1.9.1'
const SHORT_NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'GN',
  '2.5.4.97': 'organizationIdentifier',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  [EMAIL_ADDRESS]: 'emailAddress',
}

/** Parses a Name. */
export function parseName(element: Element): Name {
  const parts = childrenOf(element).rest(MAX_PARTS).map(attributesOf)
  return {
    der: encodedOf(element),
    text: parts
      .map((attributes) => attributes.map(attributeText).join('+'))
      .reverse()
      .join(','),
    parts: parts.map((attributes) => JSON.stringify(attributes.map(comparable).sort())),
    emailAddresses: parts
      .flat()
      .filter(({ type, value }) => type === EMAIL_ADDRESS && isText(value))
      .map(({ value }) => textOf(value)),
  }
}

/** Whether both are the same name: white space, ASCII case and string types do not matter (RFC 5280 §7.1). */
export function sameName(a: Name, b: Name): boolean {
  return a.parts.length === b.parts.length && isBelow(a, b)
}

/** Whether `name` lies in the subtree of `base`: it starts with the parts of it. */
export function isBelow(name: Name, base: Name): boolean {
  return base.parts.every((part, index) => part === name.parts[index])
}

type Attribute = { readonly type: string; readonly value: Element }

function attributesOf(part: Element): Attribute[] {
  if (part.tag !== SET) throw malformed('a relative name expected', part.start)
  return childrenOf(part)
    .rest(MAX_PARTS)
    .map((attribute) => {
      const fields = childrenOf(attribute)
      const type = oidOf(fields.next(OID))
      const value = fields.next()
      fields.end()
      return { type, value }
    })
}

function attributeText({ type, value }: Attribute): string {
  const text = isText(value) ? escaped(textOf(value)) : `#${hex(encodedOf(value))}`
  return `${SHORT_NAMES[type] ?? type}=${text}`
}

function comparable({ type, value }: Attribute): string {
  if (!isText(value)) return `${type}=#${hex(encodedOf(value))}`
  return `${type}=${textOf(value).trim().replaceAll(/\s+/g, ' ').toLowerCase()}`
}

/** Escapes as RFC 4514 §2.4, and control characters too, so that no name can draw outside its line. */
function escaped(text: string): string {
  return text
    .replaceAll(/["+,;<>\\]/g, String.raw`\$&`)
    .replace(/^[ #]/, String.raw`\$&`)
    .replace(/ $/, String.raw`\ `)
    .replaceAll(
      /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
      (char) => `\\${hex(new TextEncoder().encode(char))}`,
    )
}
