import type { Bytes } from '../bytes.ts'
import { algorithmIdentifier, algorithmIdentifierWithNull } from './algorithm-identifier.ts'

/** Digest algorithms known by name; whether one may be trusted is another question. */
export type DigestName = 'md5' | 'sha-1' | 'sha-224' | 'sha-256' | 'sha-384' | 'sha-512'

/** What WebCrypto computes. */
export type ComputableDigest = Exclude<DigestName, 'md5' | 'sha-224'>

const DIGEST_OIDS: Readonly<Record<DigestName, string>> = {
  md5: '1.2.840.113549.2.5',
  'sha-1': '1.3.14.3.2.26',
  'sha-224': '2.16.840.1.101.3.4.2.4',
  'sha-256': '2.16.840.1.101.3.4.2.1',
  'sha-384': '2.16.840.1.101.3.4.2.2',
  'sha-512': '2.16.840.1.101.3.4.2.3',
}

const DIGEST_NAMES = new Map(
  (Object.keys(DIGEST_OIDS) as DigestName[]).map((name) => [DIGEST_OIDS[name], name]),
)

/** The digest of this object identifier, or null for one that is not known. */
export function findDigest(oid: string): DigestName | null {
  return DIGEST_NAMES.get(oid) ?? null
}

/** DER AlgorithmIdentifier without parameters (RFC 5754 §2). */
export function digestIdentifier(digest: DigestName): Bytes {
  return algorithmIdentifier(DIGEST_OIDS[digest])
}

/** The same with NULL, as RSA parameters have it (RFC 4055 §2.1). */
export function digestIdentifierWithNull(digest: DigestName): Bytes {
  return algorithmIdentifierWithNull(DIGEST_OIDS[digest])
}

/** Whether collisions may be in reach: everything below SHA-256. */
export function isWeakDigest(digest: DigestName): boolean {
  return digest === 'md5' || digest === 'sha-1' || digest === 'sha-224'
}

/** Whether WebCrypto computes it. */
export function isComputable(digest: DigestName): digest is ComputableDigest {
  return digest !== 'md5' && digest !== 'sha-224'
}

/** The digest of `data`. SHA-1 is for fingerprints of the past: key ids and old signatures. */
export async function digestOf(digest: ComputableDigest, data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest(digest, data))
}
