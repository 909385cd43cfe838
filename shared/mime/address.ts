import { asciiDomain } from './domain.ts'
import { displayText } from './display-text.ts'
import { decodeEncodedWords, encodeWords } from './encoded-words.ts'
import { MAX_ADDRESSES } from './limits.ts'
import { type AddressToken, tokenizeAddresses } from './address-tokens.ts'

/**
 * A mailbox (RFC 5322 §3.4). `name` is decoded, empty where there is none. `address` is as written: in
 * received mail it may be anything, and is empty where only a name was given. Both are one safe line.
 */
export type MailAddress = { readonly name: string; readonly address: string }

// RFC 5321 §4.1.2 dot-string with RFC 6531 letters; no quoted local part, no address literal.
const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\u{10ffff}-]+"
const LABEL =
  '[A-Za-z0-9\\u0080-\\u{10ffff}](?:[A-Za-z0-9\\u0080-\\u{10ffff}-]*[A-Za-z0-9\\u0080-\\u{10ffff}])?'
const ADDRESS = new RegExp(`^${ATOM}(?:\\.${ATOM})*@${LABEL}(?:\\.${LABEL})*$`, 'u')
const MAX_ADDRESS = 320 // 64 + @ + 255, RFC 5321 §4.5.3.1

/**
 * A single mailbox written by the user, `Name <address>` or `address`; null when it is anything else.
 * The address is one that may be sent to: no blanks, controls or quoting.
 */
export function parseMailAddress(text: string): MailAddress | null {
  // A line break here would become a second header field
  if (/[\u0000-\u001f\u007f]/.test(text)) return null
  // `john doe@example.com` is a slip of the finger, not doe's address.
  if (!text.includes('<') && /\s/.test(text.trim())) return null
  const [mailbox, ...more] = parseAddressList(text)
  if (mailbox === undefined || more.length > 0) return null
  return isAddress(mailbox.address) ? mailbox : null
}

/** Whether this is an address that may be sent to. */
export function isAddress(address: string): boolean {
  return address.length <= MAX_ADDRESS && ADDRESS.test(address)
}

/**
 * The mailboxes of a field's undecoded value, in order, at most MAX_ADDRESSES. Tolerant, and never hides one:
 * two addresses in the place of one come out as two. Encoded words are decoded in names only, after the
 * addresses were found, so that none can be smuggled in. Group names are dropped, unless they
 * hold an address; their members are kept.
 */
export function parseAddressList(value: string): MailAddress[] {
  const mailboxes: MailAddress[] = []
  for (const mailbox of mailboxesIn(value)) {
    if (mailboxes.length === MAX_ADDRESSES) break
    mailboxes.push(mailbox)
  }
  return mailboxes
}

function* mailboxesIn(value: string): Generator<MailAddress> {
  let tokens: AddressToken[] = []
  for (const token of tokenizeAddresses(value)) {
    if (token.kind !== 'separator' && token.kind !== 'group') {
      tokens.push(token)
      continue
    }
    const before = mailboxesOf(tokens)
    // What stands before the colon is the group's name: an address there would be hidden with it.
    yield* token.kind === 'group' ? before.filter(({ address }) => address !== '') : before
    tokens = []
  }
  yield* mailboxesOf(tokens)
}

function mailboxesOf(tokens: readonly AddressToken[]): MailAddress[] {
  const angles = tokens.filter((token) => token.kind === 'angle')
  const comment = nameOf(tokens.filter((token) => token.kind === 'comment'))
  const words = tokens.filter((token) => token.kind === 'word' || token.kind === 'quoted')
  const bare = words.filter((token) => token.kind === 'word' && token.text.includes('@'))
  if (angles.length > 0) {
    const named = angles.map((angle) => withoutRoute(angle.text))
    // An unquoted address is no display name (RFC 5322 §3.4): it counts as a mailbox of its own.
    const known = new Set(named.map(asciiLower))
    const hidden = bare.filter((word) => !known.has(asciiLower(word.text)))
    const name = hidden.length > 0 ? comment : nameOf(words) || comment
    return [...hidden.map((word) => word.text), ...named].map((address) =>
      readMailbox(name, address),
    )
  }
  if (bare.length > 0) return bare.map((word) => readMailbox(comment, word.text))
  const name = nameOf(words) || comment
  return name === '' ? [] : [{ name, address: '' }]
}

/** Whether two addresses are the same but for ASCII case and the spelling of the domain, as mail systems treat them. */
export function sameAddress(a: string, b: string): boolean {
  return comparable(a) === comparable(b)
}

function comparable(address: string): string {
  const domain = address.lastIndexOf('@') + 1
  return asciiLower(address.slice(0, domain) + asciiDomain(address.slice(domain)))
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

function nameOf(tokens: readonly AddressToken[]): string {
  return displayText(decodeEncodedWords(tokens.map((token) => token.text).join(' ')))
}

function readMailbox(name: string, address: string): MailAddress {
  return { name, address: displayText(address) }
}

/** RFC 5322 §4.4: `@relay,@relay:` before the address says nothing any more. */
function withoutRoute(text: string): string {
  return text.trim().replace(/^@[^:]*:/, '')
}

/** A mailbox as it stands in a field; the name is quoted or encoded as needed. */
export function formatMailAddress({ name, address }: MailAddress): string {
  if (name === '') return address
  const plain = /^[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*$/.test(name) && !name.includes('=?')
  if (plain) return `${name} <${address}>`
  if (/^[\x20-\x7e]*$/.test(name) && !name.includes('=?')) {
    return `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`
  }
  return `${encodeWords(name)} <${address}>`
}
