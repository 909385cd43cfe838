import type { Bytes } from '../bytes.ts'
import { algorithmIdentifier, algorithmIdentifierWithNull } from './algorithm-identifier.ts'
import type { SoftwareDigest } from './software-digest.ts'

/** What WebCrypto computes. */
export type WebDigest = 'sha-1' | 'sha-256' | 'sha-384' | 'sha-512'

/** Digest algorithms known by name; whether one may be trusted is another question. */
export type DigestName = WebDigest | SoftwareDigest

const DIGEST_OIDS: Readonly<Record<DigestName, string>> = {
  md5: '1.2.840.113549.2.5',
  'ripemd-160': '1.3.36.3.2.1',
  'sha-1': '1.3.14.3.2.26',
  'sha-224': '2.16.840.1.101.3.4.2.4',
  'sha-256': '2.16.840.1.101.3.4.2.1',
  'sha-384': '2.16.840.1.101.3.4.2.2',
  'sha-512': '2.16.840.1.101.3.4.2.3',
  'sha3-224': '2.16.840.1.101.3.4.2.7',
  'sha3-256': '2.16.840.1.101.3.4.2.8',
  'sha3-384': '2.16.840.1.101.3.4.2.9',
  'sha3-512': '2.16.840.1.101.3.4.2.10',
}

/** Only known by name. */
const OTHER_NAMES: Readonly<Partial<Record<string, string>>> = {
  '1.2.840.113549.2.2': 'MD2',
  '1.2.840.113549.2.4': 'MD4',
  '2.16.840.1.101.3.4.2.5': 'SHA-512/224',
  '2.16.840.1.101.3.4.2.6': 'SHA-512/256',
  '2.16.840.1.101.3.4.2.11': 'SHAKE128',
  '2.16.840.1.101.3.4.2.12': 'SHAKE256',
}

const DIGEST_NAMES = new Map(
  (Object.keys(DIGEST_OIDS) as DigestName[]).map((name) => [DIGEST_OIDS[name], name]),
)

/** The digest of this object identifier, or null for one that is not known. */
export function findDigest(oid: string): DigestName | null {
  return DIGEST_NAMES.get(oid) ?? null
}

/** A name for people of a digest, known or not: in the end its object identifier. */
export function digestName(oid: string): string {
  return findDigest(oid) ?? OTHER_NAMES[oid] ?? oid
}

/** DER AlgorithmIdentifier without parameters (RFC 5754 §2). */
export function digestIdentifier(digest: DigestName): Bytes {
  return algorithmIdentifier(DIGEST_OIDS[digest])
}

/** The same with NULL, as RSA parameters have it (RFC 4055 §2.1). */
export function digestIdentifierWithNull(digest: DigestName): Bytes {
  return algorithmIdentifierWithNull(DIGEST_OIDS[digest])
}

const WEAK: readonly DigestName[] = ['md5', 'ripemd-160', 'sha-1', 'sha-224', 'sha3-224']
const WEB: readonly DigestName[] = ['sha-1', 'sha-256', 'sha-384', 'sha-512'] satisfies WebDigest[]

/** Whether collisions may be in reach: everything shorter than SHA-256. */
export function isWeakDigest(digest: DigestName): boolean {
  return WEAK.includes(digest)
}

/** Whether WebCrypto computes it. */
export function isWebDigest(digest: DigestName): digest is WebDigest {
  return WEB.includes(digest)
}

/** The digest of `data`. Those below SHA-256 are for the past: key ids and old signatures. */
export async function digestOf(digest: DigestName, data: Bytes): Promise<Bytes> {
  if (isWebDigest(digest)) return new Uint8Array(await crypto.subtle.digest(digest, data))
  const { softwareDigest } = await import('./software-digest.ts')
  return softwareDigest(digest, data)
}
