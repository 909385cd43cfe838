import { createHash } from 'node:crypto'
import { octetString, sequence } from '#shared/asn1/writer.ts'
import type { Bytes } from '#shared/bytes.ts'
import type { DigestAlgorithm } from '#shared/contract/keys.ts'
import { digestIdentifierWithNull } from '#shared/x509/digest.ts'

export function digestOf(algorithm: DigestAlgorithm, message: Uint8Array): Buffer {
  return createHash(algorithm.replace('-', '')).update(message).digest()
}

/** DigestInfo in DER (RFC 8017 §9.2): what CKM_RSA_PKCS pads and signs. */
export function digestInfo(algorithm: DigestAlgorithm, digest: Uint8Array): Bytes {
  return sequence(digestIdentifierWithNull(algorithm), octetString(digest))
}
