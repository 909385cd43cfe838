import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import {
  algorithmIdentifier,
  type AlgorithmIdentifier,
  algorithmIdentifierWithNull,
  hasNoParameters,
} from './algorithm-identifier.ts'
import type { DigestName } from './digest.ts'
import { encodePssParameters, parsePssParameters, type PssParameters } from './pss-parameters.ts'

/**
 * How a signature was made. `digest: null` where the identifier leaves it to its surroundings: plain
 * `rsaEncryption` and `id-ecPublicKey` in a CMS SignerInfo.
 */
export type SignatureAlgorithm =
  | { readonly kind: 'rsa-pkcs1'; readonly digest: DigestName | null }
  | ({ readonly kind: 'rsa-pss' } & PssParameters)
  | { readonly kind: 'ecdsa'; readonly digest: DigestName | null }
  | { readonly kind: 'ed25519' }
  | { readonly kind: 'other'; readonly oid: string }

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
const RSA_PSS = '1.2.840.113549.1.1.10'
const EC_PUBLIC_KEY = '1.2.840.10045.2.1'
const ED25519 = '1.3.101.112'

const RSA_PKCS1_OIDS: Readonly<Record<DigestName, string>> = {
  md5: '1.2.840.113549.1.1.4',
  'ripemd-160': '1.3.36.3.3.1.2',
  'sha-1': '1.2.840.113549.1.1.5',
  'sha-224': '1.2.840.113549.1.1.14',
  'sha-256': '1.2.840.113549.1.1.11',
  'sha-384': '1.2.840.113549.1.1.12',
  'sha-512': '1.2.840.113549.1.1.13',
  'sha3-224': '2.16.840.1.101.3.4.3.13',
  'sha3-256': '2.16.840.1.101.3.4.3.14',
  'sha3-384': '2.16.840.1.101.3.4.3.15',
  'sha3-512': '2.16.840.1.101.3.4.3.16',
}
const ECDSA_OIDS: Readonly<Record<Exclude<DigestName, 'md5' | 'ripemd-160'>, string>> = {
  'sha-1': '1.2.840.10045.4.1',
  'sha-224': '1.2.840.10045.4.3.1',
  'sha-256': '1.2.840.10045.4.3.2',
  'sha-384': '1.2.840.10045.4.3.3',
  'sha-512': '1.2.840.10045.4.3.4',
  'sha3-224': '2.16.840.1.101.3.4.3.9',
  'sha3-256': '2.16.840.1.101.3.4.3.10',
  'sha3-384': '2.16.840.1.101.3.4.3.11',
  'sha3-512': '2.16.840.1.101.3.4.3.12',
}

const BY_OID = new Map<string, SignatureAlgorithm>([
  [RSA_ENCRYPTION, { kind: 'rsa-pkcs1', digest: null }],
  ...entries(RSA_PKCS1_OIDS).map(([digest, oid]) => [oid, { kind: 'rsa-pkcs1', digest }] as const),
  [EC_PUBLIC_KEY, { kind: 'ecdsa', digest: null }],
  ...entries(ECDSA_OIDS).map(([digest, oid]) => [oid, { kind: 'ecdsa', digest }] as const),
  [ED25519, { kind: 'ed25519' }],
])

/** Only known by name. */
const OTHER_NAMES: Readonly<Partial<Record<string, string>>> = {
  '1.2.840.10040.4.1': 'DSA',
  '1.2.840.10040.4.3': 'DSA with SHA-1',
  '2.16.840.1.101.3.4.3.2': 'DSA with SHA-256',
  '1.2.840.113549.1.1.2': 'RSA with MD2',
  '1.2.840.113549.1.1.3': 'RSA with MD4',
  '1.3.101.113': 'Ed448',
  '1.3.6.1.5.5.7.6.30': 'RSA-PSS with SHAKE128',
  '1.3.6.1.5.5.7.6.31': 'RSA-PSS with SHAKE256',
  [RSA_PSS]: 'RSA-PSS with an unknown digest',
  '2.16.840.1.101.3.4.3.17': 'ML-DSA-44',
  '2.16.840.1.101.3.4.3.18': 'ML-DSA-65',
  '2.16.840.1.101.3.4.3.19': 'ML-DSA-87',
}

/**
 * What an AlgorithmIdentifier of a signature says.
 * @throws PosternError `asn1/malformed`, `x509/malformed` on bad parameters
 */
export function toSignatureAlgorithm(identifier: AlgorithmIdentifier): SignatureAlgorithm {
  if (identifier.oid === RSA_PSS) {
    const parameters = parsePssParameters(identifier.parameters)
    return parameters === null
      ? { kind: 'other', oid: RSA_PSS }
      : { kind: 'rsa-pss', ...parameters }
  }
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
      if (algorithm.digest === null || !hasEcdsa(algorithm.digest)) break
      return algorithmIdentifier(ECDSA_OIDS[algorithm.digest])
    case 'rsa-pss':
      return algorithmIdentifier(RSA_PSS, encodePssParameters(algorithm))
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
      return OTHER_NAMES[algorithm.oid] ?? algorithm.oid
  }
}

function hasEcdsa(digest: DigestName): digest is keyof typeof ECDSA_OIDS {
  return digest in ECDSA_OIDS
}

function withDigest(name: string, digest: DigestName | null): string {
  return digest === null ? name : `${name} with ${digest.toUpperCase()}`
}

function entries<Name extends string>(record: Readonly<Record<Name, string>>): [Name, string][] {
  return Object.entries(record) as [Name, string][]
}
