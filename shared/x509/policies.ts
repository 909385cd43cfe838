import { childrenOf, type Cursor } from '../asn1/reader.ts'
import { context, INTEGER, OID } from '../asn1/tags.ts'
import { oidOf, smallIntegerOf } from '../asn1/values.ts'

/** What the four policy extensions of a certificate say (RFC 5280 §4.2.1.4, .5, .11, .14). */
export type PolicyRules = {
  /** Object identifiers; null where there is no certificatePolicies. */
  readonly policies: readonly string[] | null
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
  mappings: [],
  requireExplicit: null,
  inhibitMapping: null,
  inhibitAny: null,
}

const MAX_POLICIES = 100 // in one certificate; honest ones have under ten

/** CertificatePolicies. Qualifiers are texts for lawyers. */
export function readPolicies(cursor: Cursor): Pick<PolicyRules, 'policies'> {
  const list = cursor.sequence().rest(MAX_POLICIES)
  return { policies: list.map((information) => oidOf(childrenOf(information).next(OID))) }
}

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

export function readInhibitAnyPolicy(cursor: Cursor): Pick<PolicyRules, 'inhibitAny'> {
  return { inhibitAny: smallIntegerOf(cursor.next(INTEGER)) }
}
