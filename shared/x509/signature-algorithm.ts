import { childrenOf, type Element } from '../asn1/reader.ts'
import { context, INTEGER, SEQUENCE } from '../asn1/tags.ts'
import { smallIntegerOf } from '../asn1/values.ts'
import { contextExplicit, integer, sequence } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import {
  algorithmIdentifier,
  type AlgorithmIdentifier,
  algorithmIdentifierWithNull,
  hasNoParameters,
} from './algorithm-identifier.ts'
import { type DigestName, digestIdentifierWithNull } from './digest.ts'
import { explicitDigest, explicitMgfDigest, mgfIdentifier } from './rsa-parameters.ts'

/**
 * How a signature was made. `digest: null` where the identifier leaves it to its surroundings: plain
 * `rsaEncryption` and `id-ecPublicKey` in a CMS SignerInfo.
 */
export type SignatureAlgorithm =
  | { readonly kind: 'rsa-pkcs1'; readonly digest: DigestName | null }
  | {
      readonly kind: 'rsa-pss'
      readonly digest: DigestName
      readonly mgfDigest: DigestName
      /** Octets. */
      readonly saltLength: number
    }
  | { readonly kind: 'ecdsa'; readonly digest: DigestName | null }
  | { readonly kind: 'ed25519' }
  | { readonly kind: 'other'; readonly oid: string }

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
const RSA_PSS = '1.2.840.113549.1.1.10'
const EC_PUBLIC_KEY = '1.2.840.10045.2.1'
const ED25519 = '1.3.101.112'

const RSA_PKCS1_OIDS: Readonly<Record<DigestName, string>> = {
  md5: '1.2.840.113549.1.1.4',
  'sha-1': '1.2.840.113549.1.1.5',
  'sha-224': '1.2.840.113549.1.1.14',
  'sha-256': '1.2.840.113549.1.1.11',
  'sha-384': '1.2.840.113549.1.1.12',
  'sha-512': '1.2.840.113549.1.1.13',
}
const ECDSA_OIDS: Readonly<Record<Exclude<DigestName, 'md5'>, string>> = {
  'sha-1': '1.2.840.10045.4.1',
  'sha-224': '1.2.840.10045.4.3.1',
  'sha-256': '1.2.840.10045.4.3.2',
  'sha-384': '1.2.840.10045.4.3.3',
  'sha-512': '1.2.840.10045.4.3.4',
}

const BY_OID = new Map<string, SignatureAlgorithm>([
  [RSA_ENCRYPTION, { kind: 'rsa-pkcs1', digest: null }],
  ...entries(RSA_PKCS1_OIDS).map(([digest, oid]) => [oid, { kind: 'rsa-pkcs1', digest }] as const),
  [EC_PUBLIC_KEY, { kind: 'ecdsa', digest: null }],
  ...entries(ECDSA_OIDS).map(([digest, oid]) => [oid, { kind: 'ecdsa', digest }] as const),
  [ED25519, { kind: 'ed25519' }],
])

/**
 * What an AlgorithmIdentifier of a signature says.
 * @throws PosternError `asn1/malformed`, `x509/malformed` on bad parameters
 */
export function toSignatureAlgorithm(identifier: AlgorithmIdentifier): SignatureAlgorithm {
  if (identifier.oid === RSA_PSS) return toPss(identifier.parameters)
  const known = BY_OID.get(identifier.oid)
  if (known === undefined) return { kind: 'other', oid: identifier.oid }
  if (identifier.oid !== EC_PUBLIC_KEY && !hasNoParameters(identifier)) {
    throw new PosternError('x509/malformed', 'a signature algorithm with unexpected parameters')
  }
  return known
}

/**
 * DER AlgorithmIdentifier.
 * @throws TypeError for an algorithm that this project does not write
 */
export function signatureIdentifier(algorithm: SignatureAlgorithm): Bytes {
  switch (algorithm.kind) {
    case 'rsa-pkcs1':
      return algorithmIdentifierWithNull(
        algorithm.digest === null ? RSA_ENCRYPTION : RSA_PKCS1_OIDS[algorithm.digest],
      )
    case 'ecdsa':
      if (algorithm.digest === null || algorithm.digest === 'md5') break
      return algorithmIdentifier(ECDSA_OIDS[algorithm.digest])
    case 'rsa-pss':
      return algorithmIdentifier(RSA_PSS, pssParameters(algorithm))
    case 'ed25519':
      return algorithmIdentifier(ED25519)
    case 'other':
  }
  throw new TypeError(`no identifier for ${signatureName(algorithm)}`)
}

/** A name for people, such as `RSA-PSS with SHA-256`. */
export function signatureName(algorithm: SignatureAlgorithm): string {
  switch (algorithm.kind) {
    case 'rsa-pkcs1':
      return withDigest('RSA', algorithm.digest)
    case 'rsa-pss':
      return withDigest('RSA-PSS', algorithm.digest)
    case 'ecdsa':
      return withDigest('ECDSA', algorithm.digest)
    case 'ed25519':
      return 'Ed25519'
    case 'other':
      return algorithm.oid
  }
}

function withDigest(name: string, digest: DigestName | null): string {
  return digest === null ? name : `${name} with ${digest.toUpperCase()}`
}

/** RSASSA-PSS-params (RFC 4055 §3.1); every field defaults to SHA-1 and a salt of 20 octets. */
function toPss(parameters: Element | null): SignatureAlgorithm {
  if (parameters?.tag !== SEQUENCE) {
    throw new PosternError('x509/malformed', 'RSASSA-PSS without parameters')
  }
  const fields = childrenOf(parameters)
  const digest = explicitDigest(fields.nextIf(context(0)))
  const mgfDigest = explicitMgfDigest(fields.nextIf(context(1)))
  const saltLength = explicitInteger(fields.nextIf(context(2)), 20)
  const trailer = explicitInteger(fields.nextIf(context(3)), 1)
  fields.end()
  if (trailer !== 1) throw new PosternError('x509/malformed', 'RSASSA-PSS with an odd trailer')
  if (digest === null || mgfDigest === null) return { kind: 'other', oid: RSA_PSS }
  return { kind: 'rsa-pss', digest, mgfDigest, saltLength }
}

function explicitInteger(element: Element | null, absent: number): number {
  if (element === null) return absent
  const inside = childrenOf(element)
  const value = smallIntegerOf(inside.next(INTEGER))
  inside.end()
  return value
}

function pssParameters(pss: Extract<SignatureAlgorithm, { kind: 'rsa-pss' }>): Bytes {
  return sequence(
    contextExplicit(0, digestIdentifierWithNull(pss.digest)),
    contextExplicit(1, mgfIdentifier(pss.mgfDigest)),
    contextExplicit(2, integer(pss.saltLength)),
  )
}

function entries<Name extends string>(record: Readonly<Record<Name, string>>): [Name, string][] {
  return Object.entries(record) as [Name, string][]
}
