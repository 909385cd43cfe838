import { childrenOf, type Element } from '../asn1/reader.ts'
import { context, OID, UTF8_STRING } from '../asn1/tags.ts'
import { asciiOf, textOf } from '../asn1/text.ts'
import { oidOf } from '../asn1/values.ts'
import { type Name, parseName } from './name.ts'

/** The kinds of GeneralName (RFC 5280 §4.2.1.6) that mean something for mail; `form` tells the others apart. */
export type GeneralName =
  /** rfc822Name, or a SmtpUTF8Mailbox (RFC 9598). In constraints: a mailbox, a host, or `.domain`. */
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'directory'; readonly name: Name }
  /** `form`: the tag, or the object identifier of an otherName. */
  | { readonly kind: 'other'; readonly form: string }

const OTHER_NAME = context(0)
const RFC822_NAME = context(1)
const DIRECTORY_NAME = context(4)
const SMTP_UTF8_MAILBOX = '1.3.6.1.5.5.7.8.9'

/** Parses a GeneralName; of kinds without meaning for mail only the form is kept. */
export function parseGeneralName(element: Element): GeneralName {
  switch (element.tag) {
    case RFC822_NAME:
      return { kind: 'address', address: asciiOf(element) }
    case DIRECTORY_NAME: {
      const inside = childrenOf(element)
      const name = parseName(inside.next())
      inside.end()
      return { kind: 'directory', name }
    }
    case OTHER_NAME:
      return parseOtherName(element)
    default:
      return { kind: 'other', form: String(element.tag) }
  }
}

function parseOtherName(element: Element): GeneralName {
  const fields = childrenOf(element)
  const type = oidOf(fields.next(OID))
  const value = childrenOf(fields.next(context(0)))
  fields.end()
  if (type !== SMTP_UTF8_MAILBOX) return { kind: 'other', form: type }
  const address = textOf(value.next(UTF8_STRING))
  value.end()
  return { kind: 'address', address }
}
