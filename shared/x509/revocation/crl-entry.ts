import { childrenOf, contentOf, type Cursor, type Element, read } from '../../asn1/reader.ts'
import { BOOLEAN, INTEGER, OID, SEQUENCE } from '../../asn1/tags.ts'
import { readTime } from '../../asn1/time.ts'
import { booleanOf, oidOf } from '../../asn1/values.ts'
import { type Bytes, sameBytes } from '../../bytes.ts'
import { type Extension, readExtensionList } from '../extension-list.ts'
import type { Crl } from './crl.ts'
import { readReason } from './reason.ts'
import type { Revoked } from './statement.ts'

const REASON_CODE = '2.5.29.21'
const HOLD_INSTRUCTION = '2.5.29.23' // what to do at a shop's counter (RFC 3280 §5.3.2): nothing for us
const INVALIDITY_DATE = '2.5.29.24'
const UNDERSTOOD = [REASON_CODE, HOLD_INSTRUCTION, INVALIDITY_DATE]

/** What a CRL's entries say of one number; `unusable` where one of them, whichever, is beyond us (RFC 5280 §5.3). */
export type Listing =
  { readonly kind: 'absent' } | Revoked | { readonly kind: 'unusable'; readonly why: string }

/**
 * Looks for a certificate among the entries of a CRL, in one pass over them and without keeping any. The first
 * entry for it counts; one that takes another back (`removeFromCRL`) is none.
 * @param serial content octets of the INTEGER
 * @throws PosternError `asn1/malformed`, `x509/malformed` on bad entries
 */
export function findEntry({ entries }: Crl, serial: Bytes): Listing {
  let found: Revoked | null = null
  const list = entries === null ? null : childrenOf(entries)
  while (list !== null && !list.atEnd) {
    const element = list.next(SEQUENCE)
    const entry = childrenOf(element)
    const isWanted = sameBytes(contentOf(entry.next(INTEGER)), serial)
    entry.next() // the time
    const unknown = entry.atEnd ? null : findUnknownCritical(entry.sequence())
    if (unknown !== null) {
      return { kind: 'unusable', why: `unknown critical extension ${unknown} of an entry` }
    }
    if (isWanted) found ??= readEntry(element)
  }
  return found ?? { kind: 'absent' }
}

/** Looks at no more than it has to: a large CRL has a million entries, and most have extensions. */
function findUnknownCritical(extensions: Cursor): string | null {
  while (!extensions.atEnd) {
    const fields = extensions.sequence()
    const id = fields.next(OID)
    const critical = fields.nextIf(BOOLEAN)
    if (critical === null || !booleanOf(critical)) continue
    if (!UNDERSTOOD.includes(oidOf(id))) return oidOf(id)
  }
  return null
}

function readEntry(element: Element): Revoked | null {
  const fields = childrenOf(element)
  fields.next(INTEGER)
  const at = readTime(fields)
  const extensions = fields.atEnd ? [] : readExtensionList(fields)
  fields.end()
  return toRevoked(at, extensions)
}

function toRevoked(at: Date, extensions: readonly Extension[]): Revoked | null {
  const reason = valueOf(extensions, REASON_CODE, readReason) ?? 'unspecified'
  if (reason === 'removeFromCRL') return null
  const stated = valueOf(extensions, INVALIDITY_DATE, readTime) ?? at
  return { kind: 'revoked', at, invalidFrom: stated < at ? stated : at, reason }
}

function valueOf<T>(
  extensions: readonly Extension[],
  wanted: string,
  readOne: (cursor: Cursor) => T,
): T | null {
  const extension = extensions.find(({ id }) => id === wanted)
  if (extension === undefined) return null
  const cursor = read(extension.value, 'der')
  const value = readOne(cursor)
  cursor.end()
  return value
}
