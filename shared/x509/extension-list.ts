import type { Cursor } from '../asn1/reader.ts'
import { BOOLEAN, OCTET_STRING, OID } from '../asn1/tags.ts'
import { booleanOf, octetsOf, oidOf } from '../asn1/values.ts'
import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'

/** One extension of a certificate, a CRL or an OCSP response (RFC 5280 §4.1). */
export type Extension = {
  /** Object identifier. */
  readonly id: string
  /** Whoever does not understand it must not use what carries it. */
  readonly critical: boolean
  /** The DER inside. */
  readonly value: Bytes
}

const MAX_EXTENSIONS = 100 // certificates seen in the wild have under twenty

/**
 * Reads the Extensions SEQUENCE that comes next.
 * @throws PosternError `asn1/malformed`, `x509/malformed` for one that is there twice, or too many
 */
export function readExtensionList(cursor: Cursor): Extension[] {
  const extensions: Extension[] = []
  const list = cursor.sequence()
  while (!list.atEnd) {
    const fields = list.sequence()
    const id = oidOf(fields.next(OID))
    const flag = fields.nextIf(BOOLEAN)
    const critical = flag !== null && booleanOf(flag)
    const value = octetsOf(fields.next(OCTET_STRING))
    fields.end()
    if (extensions.length === MAX_EXTENSIONS || extensions.some((other) => other.id === id)) {
      throw new PosternError('x509/malformed', 'an extension twice, or too many of them')
    }
    extensions.push({ id, critical, value })
  }
  return extensions
}
