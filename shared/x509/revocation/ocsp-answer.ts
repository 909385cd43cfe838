import { childrenOf, type Cursor, type Element } from '../../asn1/reader.ts'
import { context } from '../../asn1/tags.ts'
import { readTime } from '../../asn1/time.ts'
import { PosternError } from '../../errors.ts'
import { readExtensionList } from '../extension-list.ts'
import { type CertificateId, readCertificateId } from './certificate-id.ts'
import { readReason } from './reason.ts'
import type { Revoked, Window } from './statement.ts'

/** What a responder says of one certificate: SingleResponse (RFC 6960 §4.2.1). */
export type OcspAnswer = Window & {
  readonly id: CertificateId
  readonly status: { readonly kind: 'good' } | Revoked | { readonly kind: 'unknown' }
  /** Critical extensions, none of which are understood: the answer must not be used. */
  readonly unknownCritical: readonly string[]
}

/** Reads the SingleResponse that comes next. */
export function readAnswer(cursor: Cursor): OcspAnswer {
  const fields = cursor.sequence()
  const id = readCertificateId(fields)
  const status = parseStatus(fields.next())
  const thisUpdate = readTime(fields)
  const next = fields.nextIf(context(0))
  const nextUpdate = next === null ? null : onlyTime(next)
  const tagged = fields.nextIf(context(1))
  fields.end()
  const extensions = tagged === null ? [] : readExtensionList(childrenOf(tagged))
  const unknownCritical = extensions.filter(({ critical }) => critical).map((found) => found.id)
  return { id, status, thisUpdate, nextUpdate, unknownCritical }
}

function parseStatus(element: Element): OcspAnswer['status'] {
  switch (element.tag) {
    case context(0):
      return { kind: 'good' }
    case context(1):
      return parseRevoked(element)
    case context(2):
      return { kind: 'unknown' }
    default:
      throw new PosternError('x509/malformed', 'an unknown status of a certificate')
  }
}

/** RevokedInfo. A hold that was lifted would be `good`: who answers `removeFromCRL` here means nothing by it. */
function parseRevoked(element: Element): Revoked {
  const fields = childrenOf(element)
  const at = readTime(fields)
  const tagged = fields.nextIf(context(0))
  fields.end()
  const stated = tagged === null ? 'unspecified' : readReason(childrenOf(tagged))
  const reason = stated === 'removeFromCRL' ? 'unspecified' : stated
  return { kind: 'revoked', at, invalidFrom: at, reason }
}

function onlyTime(tagged: Element): Date {
  const inside = childrenOf(tagged)
  const time = readTime(inside)
  inside.end()
  return time
}
