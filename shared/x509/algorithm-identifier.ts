import { oidOf } from '../asn1/values.ts'
import { childrenOf, type Cursor, type Element, encodedOf } from '../asn1/reader.ts'
import { NULL, OID, SEQUENCE } from '../asn1/tags.ts'
import { nullValue, oid, sequence } from '../asn1/writer.ts'
import { type Bytes, sameBytes } from '../bytes.ts'

/** AlgorithmIdentifier (RFC 5280 §4.1.1.2). */
export type AlgorithmIdentifier = {
  readonly oid: string
  readonly parameters: Element | null
  readonly element: Element
}

/** Reads the AlgorithmIdentifier that comes next; with `tag`, one with an implicit tag. */
export function readAlgorithmIdentifier(cursor: Cursor, tag = SEQUENCE): AlgorithmIdentifier {
  return parseAlgorithmIdentifier(cursor.next(tag))
}

/** Parses an AlgorithmIdentifier whose tag is known. */
export function parseAlgorithmIdentifier(element: Element): AlgorithmIdentifier {
  const inside = childrenOf(element)
  const algorithm = oidOf(inside.next(OID))
  const parameters = inside.atEnd ? null : inside.next()
  inside.end()
  return { oid: algorithm, parameters, element }
}

/** Whether the parameters are absent or NULL: many algorithms have none, and writers differ in how they say so. */
export function hasNoParameters(algorithm: AlgorithmIdentifier): boolean {
  const { parameters } = algorithm
  return parameters === null || (parameters.tag === NULL && parameters.end - parameters.start === 2)
}

/** Whether both name the same algorithm with the same parameters; absent and NULL are no difference. */
export function sameAlgorithm(a: AlgorithmIdentifier, b: AlgorithmIdentifier): boolean {
  if (a.oid !== b.oid) return false
  if (a.parameters === null || b.parameters === null) {
    return hasNoParameters(a) && hasNoParameters(b)
  }
  return sameBytes(encodedOf(a.parameters), encodedOf(b.parameters))
}

/** DER of an AlgorithmIdentifier; without `parameters` the field is absent. */
export function algorithmIdentifier(dotted: string, parameters?: Uint8Array): Bytes {
  return parameters === undefined ? sequence(oid(dotted)) : sequence(oid(dotted), parameters)
}

/** The same with NULL parameters, as the RSA algorithms want it (RFC 4055 §5). */
export function algorithmIdentifierWithNull(dotted: string): Bytes {
  return algorithmIdentifier(dotted, nullValue())
}
