import { childrenOf, type Cursor, type Element } from '../asn1/reader.ts'
import { context, INTEGER, OID, SEQUENCE } from '../asn1/tags.ts'
import { oidOf, smallIntegerOf } from '../asn1/values.ts'

/** What the four policy extensions of a certificate say (RFC 5280 §4.2.1.4, .5, .11, .14). */
export type PolicyRules = {
  /** Object identifiers; null where there is no certificatePolicies. */
  readonly policies: readonly string[] | null
  /** Kinds of qualifiers that nothing here understands: where the extension is critical, they forbid all use. */
  readonly unknownQualifiers: readonly string[]
  /** Pairs of the issuer's policy and the subject's that is as good. */
  readonly mappings: readonly (readonly [issuer: string, subject: string])[]
  /** After how many more certificates a policy must hold, mapping ends, anyPolicy means nothing; null: never. */
  readonly requireExplicit: number | null
  readonly inhibitMapping: number | null
  readonly inhibitAny: number | null
}

/** A certificate without policies. */
export const NO_POLICIES: PolicyRules = {
  policies: null,
  unknownQualifiers: [],
  mappings: [],
  requireExplicit: null,
  inhibitMapping: null,
  inhibitAny: null,
}

const MAX_POLICIES = 100 // in one certificate; honest ones have under ten

// Where the authority's rules are to be read, and a notice to show: texts for lawyers, understood by passing them over.
const KNOWN_QUALIFIERS = ['1.3.6.1.5.5.7.2.1', '1.3.6.1.5.5.7.2.2']

/** Reads the CertificatePolicies that come next (RFC 5280 §4.2.1.4). */
export function readPolicies(cursor: Cursor): Pick<PolicyRules, 'policies' | 'unknownQualifiers'> {
  const list = cursor.sequence().rest(MAX_POLICIES).map(readPolicyInformation)
  return {
    policies: list.map(({ policy }) => policy),
    unknownQualifiers: list
      .flatMap(({ qualifiers }) => qualifiers)
      .filter((qualifier) => !KNOWN_QUALIFIERS.includes(qualifier)),
  }
}

function readPolicyInformation(information: Element): {
  readonly policy: string
  readonly qualifiers: readonly string[]
} {
  const fields = childrenOf(information)
  const policy = oidOf(fields.next(OID))
  const qualifiers = fields.nextIf(SEQUENCE)
  fields.end()
  if (qualifiers === null) return { policy, qualifiers: [] }
  const kinds = childrenOf(qualifiers)
    .rest(MAX_POLICIES)
    .map((qualifier) => oidOf(childrenOf(qualifier).next(OID)))
  return { policy, qualifiers: kinds }
}

/** Reads the PolicyMappings that come next (RFC 5280 §4.2.1.5). */
export function readPolicyMappings(cursor: Cursor): Pick<PolicyRules, 'mappings'> {
  const mappings = cursor
    .sequence()
    .rest(MAX_POLICIES)
    .map((mapping) => {
      const fields = childrenOf(mapping)
      const pair = [oidOf(fields.next(OID)), oidOf(fields.next(OID))] as const
      fields.end()
      return pair
    })
  return { mappings }
}

/** Reads the PolicyConstraints that come next (RFC 5280 §4.2.1.11). */
export function readPolicyConstraints(
  cursor: Cursor,
): Pick<PolicyRules, 'requireExplicit' | 'inhibitMapping'> {
  const fields = cursor.sequence()
  const explicit = fields.nextIf(context(0))
  const mapping = fields.nextIf(context(1))
  fields.end()
  return {
    requireExplicit: explicit === null ? null : smallIntegerOf(explicit),
    inhibitMapping: mapping === null ? null : smallIntegerOf(mapping),
  }
}

/** Reads the InhibitAnyPolicy that comes next (RFC 5280 §4.2.1.14). */
export function readInhibitAnyPolicy(cursor: Cursor): Pick<PolicyRules, 'inhibitAny'> {
  return { inhibitAny: smallIntegerOf(cursor.next(INTEGER)) }
}
