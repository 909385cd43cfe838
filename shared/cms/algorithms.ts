/** Object identifiers of CMS and the names that people and tools know them by. */
import type { ContentAlgorithm, Recipient } from '../contract/keys.ts'

/** What a ContentInfo holds (RFC 5652 §3, RFC 5083, RFC 3274); `other` is no type of CMS that is known to us. */
export type ContentType =
  | 'data'
  | 'signed-data'
  | 'enveloped-data'
  | 'auth-enveloped-data'
  | 'digested-data'
  | 'encrypted-data'
  | 'authenticated-data'
  | 'compressed-data'
  | 'other'

/** Object identifiers of the content types. */
export const CONTENT_TYPE_OIDS = {
  data: '1.2.840.113549.1.7.1',
  'signed-data': '1.2.840.113549.1.7.2',
  'enveloped-data': '1.2.840.113549.1.7.3',
  'auth-enveloped-data': '1.2.840.113549.1.9.16.1.23',
  'digested-data': '1.2.840.113549.1.7.5',
  'encrypted-data': '1.2.840.113549.1.7.6',
  'authenticated-data': '1.2.840.113549.1.9.16.1.2',
  'compressed-data': '1.2.840.113549.1.9.16.1.9',
} as const satisfies Record<Exclude<ContentType, 'other'>, string>

/** The ciphers that are read. OpenSSL's spelling, as in the wire contract. */
export const CIPHER_OIDS = {
  'aes-128-cbc': '2.16.840.1.101.3.4.1.2',
  'aes-192-cbc': '2.16.840.1.101.3.4.1.22',
  'aes-256-cbc': '2.16.840.1.101.3.4.1.42',
  'des-ede3-cbc': '1.2.840.113549.3.7',
  'aes-128-gcm': '2.16.840.1.101.3.4.1.6',
  'aes-192-gcm': '2.16.840.1.101.3.4.1.26',
  'aes-256-gcm': '2.16.840.1.101.3.4.1.46',
  'aes-128-ccm': '2.16.840.1.101.3.4.1.7',
  'aes-192-ccm': '2.16.840.1.101.3.4.1.27',
  'aes-256-ccm': '2.16.840.1.101.3.4.1.47',
  'chacha20-poly1305': '1.2.840.113549.1.9.16.3.18',
} as const satisfies Partial<Record<ContentAlgorithm, string>>

/** One identifier for all key lengths of RC2: its parameters name the length (RFC 3370 §5.2). */
export const RC2_CBC = '1.2.840.113549.3.2'

/** Content ciphers by their family, which the type of the CMS object decides (RFC 9709 §2). */
export type AesCbcCipher = Extract<ContentAlgorithm, `aes-${string}-cbc`>
export type Rc2Cipher = Extract<ContentAlgorithm, `rc2-${string}`>
export type CbcCipher = Extract<ContentAlgorithm, `${string}-cbc`>
export type AeadCipher = Exclude<ContentAlgorithm, CbcCipher>
export type GcmCipher = Extract<ContentAlgorithm, `${string}-gcm`>

/** Ciphers that are only known by name. */
const OTHER_CIPHER_OIDS = {
  'rc2-cbc': RC2_CBC,
  'des-cbc': '1.3.14.3.2.7',
}

/** Not a cipher, but a wrapper around one (RFC 9709 §4). */
export const CEK_HKDF_SHA256 = '1.2.840.113549.1.9.16.3.31'

/** AES key wrap, by the length of its key in bits. */
export type WrapName = Extract<Recipient, { kind: 'kari' }>['wrap']

/** AES key wrap (RFC 3565 §2.3.2). */
export const WRAP_OIDS: Readonly<Record<WrapName, string>> = {
  'aes-128': '2.16.840.1.101.3.4.1.5',
  'aes-192': '2.16.840.1.101.3.4.1.25',
  'aes-256': '2.16.840.1.101.3.4.1.45',
}

/** Ways to agree on a key, by the key derivation: of X9.63 or HKDF. */
export type AgreementScheme = Extract<Recipient, { kind: 'kari' }>['scheme']
export type HkdfScheme = Extract<AgreementScheme, `dh-std-hkdf-${string}`>
export type X963Scheme = Exclude<AgreementScheme, HkdfScheme>

/** dhSinglePass-stdDH schemes (RFC 5753 §7.1.4, RFC 8418 §2), named by their key derivation. */
export const SCHEME_OIDS: Readonly<Record<AgreementScheme, string>> = {
  'dh-std-sha1': '1.3.133.16.840.63.0.2',
  'dh-std-sha224': '1.3.132.1.11.0',
  'dh-std-sha256': '1.3.132.1.11.1',
  'dh-std-sha384': '1.3.132.1.11.2',
  'dh-std-sha512': '1.3.132.1.11.3',
  'dh-std-hkdf-sha256': '1.2.840.113549.1.9.16.3.19',
  'dh-std-hkdf-sha384': '1.2.840.113549.1.9.16.3.20',
  'dh-std-hkdf-sha512': '1.2.840.113549.1.9.16.3.21',
}

/** dhSinglePass-cofactorDH: the same computation on the NIST curves, whose cofactor is 1. */
const COFACTOR_SCHEME_OIDS: Readonly<Record<X963Scheme, string>> = {
  'dh-std-sha1': '1.3.133.16.840.63.0.3',
  'dh-std-sha224': '1.3.132.1.14.0',
  'dh-std-sha256': '1.3.132.1.14.1',
  'dh-std-sha384': '1.3.132.1.14.2',
  'dh-std-sha512': '1.3.132.1.14.3',
}

const CONTENT_TYPES = byOid(CONTENT_TYPE_OIDS)
const CIPHERS = byOid(CIPHER_OIDS)
const OTHER_CIPHERS = byOid(OTHER_CIPHER_OIDS)
const WRAPS = byOid(WRAP_OIDS)
const SCHEMES = new Map<string, AgreementScheme>([
  ...byOid(SCHEME_OIDS),
  ...byOid(COFACTOR_SCHEME_OIDS),
])

/** The content type of this object identifier. */
export function toContentType(oid: string): ContentType {
  return CONTENT_TYPES.get(oid) ?? 'other'
}

/** The content cipher of this object identifier, or null for RC2 and what is not read. */
export function findCipher(oid: string): keyof typeof CIPHER_OIDS | null {
  return CIPHERS.get(oid) ?? null
}

/** OpenSSL's name of any content cipher; the object identifier itself where it has none. */
export function cipherName(oid: string): string {
  return CIPHERS.get(oid) ?? OTHER_CIPHERS.get(oid) ?? oid
}

/** The key wrap of this object identifier, or null. */
export function findWrap(oid: string): WrapName | null {
  return WRAPS.get(oid) ?? null
}

/** The scheme of this object identifier, standard or cofactor, or null. */
export function findScheme(oid: string): AgreementScheme | null {
  return SCHEMES.get(oid) ?? null
}

/** Whether the key derivation is HKDF (RFC 8418 §2.2). */
export function isHkdf(scheme: AgreementScheme): scheme is HkdfScheme {
  return scheme.startsWith('dh-std-hkdf-')
}

/** Whether a cipher is AES-GCM. */
export function isGcm(cipher: ContentAlgorithm): cipher is GcmCipher {
  return cipher.endsWith('-gcm')
}

/** The name of a cipher's object identifier: RC2 has one, whatever the length of its key. */
export function objectName<Name extends string>(cipher: Name): Name | 'rc2-cbc' {
  return cipher.startsWith('rc2-') ? 'rc2-cbc' : cipher
}

/** Whether a cipher is read for old mail's sake only: its blocks, or even its keys, are too short today. */
export function isWeak(cipher: ContentAlgorithm): boolean {
  return cipher === 'des-ede3-cbc' || cipher.startsWith('rc2-')
}

function byOid<Name extends string>(oids: Readonly<Record<Name, string>>): Map<string, Name> {
  return new Map((Object.keys(oids) as Name[]).map((name) => [oids[name], name]))
}
