import { type Cursor, type Element } from '../../asn1/reader.ts'
import { context } from '../../asn1/tags.ts'
import { booleanOf } from '../../asn1/values.ts'
import { type Bytes, sameBytes } from '../../bytes.ts'
import type { Certificate } from '../certificate.ts'
import { parseDistributionPointName } from '../distribution-point.ts'

/** IssuingDistributionPoint (RFC 5280 §5.2.5): for which certificates the absence from a CRL means anything. */
export type CrlScope = {
  /** GeneralNames, DER; null where the CRL is for every distribution point. */
  readonly points: readonly Bytes[] | null
  readonly onlyUsers: boolean
  readonly onlyAuthorities: boolean
  readonly onlyAttributes: boolean
  readonly onlySomeReasons: boolean
  /** It lists certificates of other issuers, too. */
  readonly indirect: boolean
}

/** A CRL for all certificates of its issuer. */
export const WHOLE_SCOPE: CrlScope = {
  points: null,
  onlyUsers: false,
  onlyAuthorities: false,
  onlyAttributes: false,
  onlySomeReasons: false,
  indirect: false,
}

/** Reads the IssuingDistributionPoint that comes next. */
export function readCrlScope(cursor: Cursor): CrlScope {
  const fields = cursor.sequence()
  const point = fields.nextIf(context(0))
  const scope = {
    points: point === null ? null : parseDistributionPointName(point),
    onlyUsers: flag(fields.nextIf(context(1))),
    onlyAuthorities: flag(fields.nextIf(context(2))),
    onlySomeReasons: fields.nextIf(context(3)) !== null,
    indirect: flag(fields.nextIf(context(4))),
    onlyAttributes: flag(fields.nextIf(context(5))),
  }
  fields.end()
  return scope
}

/** Why the absence of this certificate means nothing, or null where it means that it is not revoked. */
export function findScopeGap(scope: CrlScope, { isCa, crlPoints }: Certificate): string | null {
  const { points } = scope
  if (scope.onlyAttributes || (isCa ? scope.onlyUsers : scope.onlyAuthorities)) {
    return 'the CRL is for another kind of certificates'
  }
  if (scope.onlySomeReasons) return 'the CRL is for some reasons only'
  const isPublishedThere =
    points === null ||
    points.some((point) => crlPoints.some((published) => sameBytes(point, published)))
  return isPublishedThere ? null : 'the CRL is for other certificates of this issuer'
}

function flag(element: Element | null): boolean {
  return element !== null && booleanOf(element)
}
