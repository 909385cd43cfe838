import { childrenOf, type Element, encodedOf } from '../asn1/reader.ts'
import { context } from '../asn1/tags.ts'
import type { Bytes } from '../bytes.ts'

const MAX_NAMES = 100 // for one CRL; honest ones have one to four

/**
 * Parses a tagged DistributionPointName (RFC 5280 §4.2.1.13): its GeneralNames as DER, to compare. One that is
 * relative to its issuer, which nobody uses, has none.
 */
export function parseDistributionPointName(tagged: Element): Bytes[] {
  const inside = childrenOf(tagged)
  const fullName = inside.nextIf(context(0))
  if (fullName === null) inside.next(context(1))
  inside.end()
  return fullName === null ? [] : childrenOf(fullName).rest(MAX_NAMES).map(encodedOf)
}
