import { childrenOf, read, readWhole } from '../asn1/reader.ts'
import { BIT_STRING, INTEGER, OID, SEQUENCE } from '../asn1/tags.ts'
import { integerBytesOf, oidOf, wholeBitStringOf } from '../asn1/values.ts'
import { bitString, oid, sequence, unsignedInteger } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import {
  algorithmIdentifier,
  type AlgorithmIdentifier,
  algorithmIdentifierWithNull,
  readAlgorithmIdentifier,
} from './algorithm-identifier.ts'
import { parsePssParameters, type PssParameters } from './pss-parameters.ts'

/** The named curves that are read and written (RFC 5480 §2.1.1.1). */
export type Curve = 'p256' | 'p384' | 'p521'

/** The curves as WebCrypto calls them. */
export const CURVE_NAMES = { p256: 'P-256', p384: 'P-384', p521: 'P-521' } as const

/** What a SubjectPublicKeyInfo holds, as far as this project uses it. */
export type PublicKey =
  | {
      readonly kind: 'rsa'
      readonly bits: number
      /** Unsigned big-endian, without leading zero. */
      readonly modulus: Bytes
      readonly exponent: Bytes
      /**
       * Of an id-RSASSA-PSS key, which is for that scheme alone (RFC 4055 §1.2): what its signatures have to keep to,
       * `any` where it says nothing, `unknown` where it names what is not known to us. Null for a key for everything.
       */
      readonly pssOnly: PssParameters | 'any' | 'unknown' | null
    }
  /** `point` is as in the key, compressed or not. */
  | { readonly kind: 'ec'; readonly curve: Curve; readonly point: Bytes }
  | { readonly kind: 'ed25519' }
  | { readonly kind: 'x25519' }
  | { readonly kind: 'other'; readonly oid: string }

/** An RSA key, whatever its scheme. */
export type RsaKey = Extract<PublicKey, { kind: 'rsa' }>

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
const RSA_PSS = '1.2.840.113549.1.1.10'
/** id-X25519 (RFC 8410 §3). */
export const X25519 = '1.3.101.110'
const ED25519 = '1.3.101.112'
/** id-ecPublicKey (RFC 5480 §2.1.1). */
export const EC_PUBLIC_KEY = '1.2.840.10045.2.1'
const CURVE_OIDS: Readonly<Record<Curve, string>> = {
  p256: '1.2.840.10045.3.1.7',
  p384: '1.3.132.0.34',
  p521: '1.3.132.0.35',
}
const CURVES = new Map((Object.keys(CURVE_OIDS) as Curve[]).map((name) => [CURVE_OIDS[name], name]))

/**
 * Parses a DER SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
 * @throws PosternError `asn1/malformed`, `x509/malformed`
 */
export function parsePublicKey(spki: Bytes): PublicKey {
  const { algorithm, key } = readSpki(spki)
  switch (algorithm.oid) {
    case RSA_ENCRYPTION:
      return parseRsa(key, null)
    case RSA_PSS:
      return parseRsa(
        key,
        algorithm.parameters === null
          ? 'any'
          : (parsePssParameters(algorithm.parameters) ?? 'unknown'),
      )
    case EC_PUBLIC_KEY:
      return toEc(algorithm, key)
    case ED25519:
      return { kind: 'ed25519' }
    case X25519:
      return { kind: 'x25519' }
    default:
      return { kind: 'other', oid: algorithm.oid }
  }
}

/** The key itself without its algorithm: what key identifiers and OCSP digest (RFC 5280 §4.2.1.2). */
export function keyOctets(spki: Bytes): Bytes {
  return readSpki(spki).key
}

/** A short name in the spelling of the wire contract: `rsa-2048`, `ec-p256`, `ed25519`; else the OID. */
export function keyName(key: PublicKey): string {
  switch (key.kind) {
    case 'rsa':
      return `rsa-${key.bits}`
    case 'ec':
      return `ec-${key.curve}`
    case 'ed25519':
    case 'x25519':
      return key.kind
    case 'other':
      return key.oid
  }
}

/** DER SubjectPublicKeyInfo of an RSA key under the plain rsaEncryption name, which WebCrypto imports. */
export function rsaSpki(key: Pick<RsaKey, 'modulus' | 'exponent'>): Bytes {
  const numbers = sequence(unsignedInteger(key.modulus), unsignedInteger(key.exponent))
  return sequence(algorithmIdentifierWithNull(RSA_ENCRYPTION), bitString(numbers))
}

/** The named curve of this object identifier, or null. */
export function findCurve(oid: string): Curve | null {
  return CURVES.get(oid) ?? null
}

/** DER SubjectPublicKeyInfo of a point on a named curve (RFC 5480 §2). */
export function ecSpki(curve: Curve, point: Uint8Array): Bytes {
  return sequence(algorithmIdentifier(EC_PUBLIC_KEY, oid(CURVE_OIDS[curve])), bitString(point))
}

/** DER SubjectPublicKeyInfo of an X25519 key (RFC 8410 §4). */
export function x25519Spki(key: Uint8Array): Bytes {
  return sequence(algorithmIdentifier(X25519), bitString(key))
}

/** DER SubjectPublicKeyInfo of an Ed25519 key (RFC 8410 §4). */
export function ed25519Spki(key: Uint8Array): Bytes {
  return sequence(algorithmIdentifier(ED25519), bitString(key))
}

function readSpki(spki: Bytes): { readonly algorithm: AlgorithmIdentifier; readonly key: Bytes } {
  const fields = childrenOf(readWhole(spki, 'der', SEQUENCE))
  const algorithm = readAlgorithmIdentifier(fields)
  const key = wholeBitStringOf(fields.next(BIT_STRING))
  fields.end()
  return { algorithm, key }
}

function parseRsa(key: Bytes, pssOnly: RsaKey['pssOnly']): PublicKey {
  const numbers = read(key, 'der')
  const fields = numbers.sequence()
  numbers.end()
  const modulus = positive(integerBytesOf(fields.next(INTEGER)))
  const exponent = positive(integerBytesOf(fields.next(INTEGER)))
  fields.end()
  return { kind: 'rsa', bits: bitLength(modulus), modulus, exponent, pssOnly }
}

/** Of an unsigned big-endian number without leading zero octets. */
export function bitLength(number: Bytes): number {
  return number.length * 8 - Math.clz32(number[0] ?? 0) + 24
}

function toEc(algorithm: AlgorithmIdentifier, point: Bytes): PublicKey {
  const named = algorithm.parameters?.tag === OID ? oidOf(algorithm.parameters) : null
  const curve = named === null ? undefined : CURVES.get(named)
  return curve === undefined
    ? { kind: 'other', oid: named ?? EC_PUBLIC_KEY }
    : { kind: 'ec', curve, point }
}

function positive(integer: Bytes): Bytes {
  const magnitude = integer[0] === 0 ? integer.subarray(1) : integer
  if (magnitude.length === 0 || (integer[0] ?? 0) >= 0x80) {
    throw new PosternError('x509/malformed', 'an RSA key with a number that is not positive')
  }
  return magnitude
}
