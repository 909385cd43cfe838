import { createHash } from 'node:crypto'
import { nullValue, octetString, oid, sequence } from '#shared/asn1/writer.ts'
import type { Bytes } from '#shared/bytes.ts'
import type { DigestAlgorithm } from '#shared/contract/keys.ts'

const DIGEST_OIDS = {
  'sha-256': '2.16.840.1.101.3.4.2.1',
  'sha-384': '2.16.840.1.101.3.4.2.2',
  'sha-512': '2.16.840.1.101.3.4.2.3',
} as const satisfies Record<DigestAlgorithm, string>

export function digestOf(algorithm: DigestAlgorithm, message: Uint8Array): Buffer {
  return createHash(algorithm.replace('-', '')).update(message).digest()
}

/** DigestInfo in DER (RFC 8017 §9.2): what CKM_RSA_PKCS pads and signs. */
export function digestInfo(algorithm: DigestAlgorithm, digest: Uint8Array): Bytes {
  return sequence(sequence(oid(DIGEST_OIDS[algorithm]), nullValue()), octetString(digest))
}
