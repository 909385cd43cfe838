import { childrenOf, type Cursor, read } from '../asn1/reader.ts'
import { BIT_STRING, BOOLEAN, context, INTEGER, OCTET_STRING } from '../asn1/tags.ts'
import { booleanOf, flagsOf, octetsOf, oidOf, smallIntegerOf } from '../asn1/values.ts'
import type { Bytes } from '../bytes.ts'
import { parseDistributionPointName } from './distribution-point.ts'
import { readExtensionList } from './extension-list.ts'
import { type GeneralName, parseGeneralName } from './general-name.ts'
import { type KeyUsage, toKeyUsage } from './key-usage.ts'
import { type NameConstraints, parseNameConstraints } from './name-constraints.ts'
import {
  NO_POLICIES,
  type PolicyRules,
  readInhibitAnyPolicy,
  readPolicies,
  readPolicyConstraints,
  readPolicyMappings,
} from './policies.ts'

/** What the extensions of a certificate say (RFC 5280 §4.2). */
export type Extensions = {
  readonly keyUsage: KeyUsage | null
  /** Object identifiers; null where there is no such extension. */
  readonly extendedKeyUsage: readonly string[] | null
  readonly isCa: boolean
  readonly pathLength: number | null
  readonly subjectKeyId: Bytes | null
  readonly authorityKeyId: Bytes | null
  readonly alternativeNames: readonly GeneralName[]
  readonly nameConstraints: NameConstraints | null
  readonly policyRules: PolicyRules
  /** GeneralNames, DER: where the CRLs that may list it are published. */
  readonly crlPoints: readonly Bytes[]
  /** Critical extensions, or kinds of policy qualifiers in one, that nothing here understands: such a certificate must not be trusted. */
  readonly unknownCritical: readonly string[]
}

/** Object identifiers of extensions, as `issue.ts` writes them. */
export const EXTENSION_OIDS = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  alternativeNames: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyId: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
} as const

const MAX_NAMES = 1000 // alternative names in one certificate
const MAX_USAGES = 100
const MAX_POINTS = 100 // honest certificates name one or two

type Known = { -readonly [Field in keyof Extensions]: Extensions[Field] }

/** How each known extension is read. */
const READERS = new Map<string, (cursor: Cursor, into: Known) => void>([
  [EXTENSION_OIDS.subjectKeyId, (cursor, into) => (into.subjectKeyId = octets(cursor))],
  [EXTENSION_OIDS.keyUsage, (cursor, into) => (into.keyUsage = usage(cursor))],
  [EXTENSION_OIDS.alternativeNames, (cursor, into) => (into.alternativeNames = names(cursor))],
  [EXTENSION_OIDS.basicConstraints, readBasicConstraints],
  [
    EXTENSION_OIDS.nameConstraints,
    (cursor, into) => (into.nameConstraints = parseNameConstraints(cursor)),
  ],
  [EXTENSION_OIDS.crlDistributionPoints, (cursor, into) => (into.crlPoints = crlPoints(cursor))],
  [EXTENSION_OIDS.certificatePolicies, policyReader(readPolicies)],
  [EXTENSION_OIDS.policyMappings, policyReader(readPolicyMappings)],
  [EXTENSION_OIDS.policyConstraints, policyReader(readPolicyConstraints)],
  [EXTENSION_OIDS.inhibitAnyPolicy, policyReader(readInhibitAnyPolicy)],
  [EXTENSION_OIDS.authorityKeyId, readAuthorityKeyId],
  [EXTENSION_OIDS.extendedKeyUsage, (cursor, into) => (into.extendedKeyUsage = usages(cursor))],
])

/**
 * Parses the Extensions SEQUENCE that comes next.
 * @throws PosternError `asn1/malformed`, `asn1/limit`, `x509/malformed`
 */
export function parseExtensions(cursor: Cursor): Extensions {
  const found: Known = { ...NO_EXTENSIONS }
  const unknownCritical: string[] = []
  for (const { id, critical, value } of readExtensionList(cursor)) {
    const reader = READERS.get(id)
    if (reader !== undefined) {
      const inside = read(value, 'der')
      reader(inside, found)
      inside.end()
      if (critical && id === EXTENSION_OIDS.certificatePolicies) {
        unknownCritical.push(...found.policyRules.unknownQualifiers) // RFC 5280 §4.2.1.4
      }
    } else if (critical) unknownCritical.push(id)
  }
  return { ...found, unknownCritical }
}

/** A certificate without extensions. */
export const NO_EXTENSIONS: Extensions = {
  keyUsage: null,
  extendedKeyUsage: null,
  isCa: false,
  pathLength: null,
  subjectKeyId: null,
  authorityKeyId: null,
  alternativeNames: [],
  nameConstraints: null,
  policyRules: NO_POLICIES,
  crlPoints: [],
  unknownCritical: [],
}

function policyReader(readRules: (cursor: Cursor) => Partial<PolicyRules>) {
  return (cursor: Cursor, into: Known): void => {
    into.policyRules = { ...into.policyRules, ...readRules(cursor) }
  }
}

function readBasicConstraints(cursor: Cursor, into: Known): void {
  const fields = cursor.sequence()
  const flag = fields.nextIf(BOOLEAN)
  const length = fields.nextIf(INTEGER)
  fields.end()
  into.isCa = flag !== null && booleanOf(flag)
  into.pathLength = length === null ? null : smallIntegerOf(length)
}

function readAuthorityKeyId(cursor: Cursor, into: Known): void {
  const fields = cursor.sequence()
  const id = fields.nextIf(context(0))
  into.authorityKeyId = id === null ? null : octetsOf(id)
  fields.rest(2) // issuer and serial of the issuing certificate: a hint that we do not need
}

function octets(cursor: Cursor): Bytes {
  return octetsOf(cursor.next(OCTET_STRING))
}

function usage(cursor: Cursor): KeyUsage {
  return toKeyUsage(flagsOf(cursor.next(BIT_STRING)))
}

function names(cursor: Cursor): GeneralName[] {
  return cursor.sequence().rest(MAX_NAMES).map(parseGeneralName)
}

function usages(cursor: Cursor): string[] {
  return cursor.sequence().rest(MAX_USAGES).map(oidOf)
}

/** CRLDistributionPoints (RFC 5280 §4.2.1.13): the names alone; who else may sign there, nobody here follows. */
function crlPoints(cursor: Cursor): Bytes[] {
  return cursor
    .sequence()
    .rest(MAX_POINTS)
    .flatMap((point) => {
      const name = childrenOf(point).nextIf(context(0))
      return name === null ? [] : parseDistributionPointName(name)
    })
}
