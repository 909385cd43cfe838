/** Requests for certificates in the form that every authority takes: PKCS #10 (RFC 2986). */
import { bitString, contextImplicit, integer, oid, sequence, setOf } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { encodeRequestedExtensions, type RequestedFields } from './encode-extensions.ts'
import { type SignatureAlgorithm, signatureIdentifier } from './signature-algorithm.ts'

/** What is asked for: a certificate with this name and these uses, for this key. */
export type RequestFields = {
  /** DER Name, of `encodeName`. */
  readonly subject: Bytes
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Bytes
  readonly extensions: RequestedFields
}

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14' // RFC 2985 §5.4.2

/** DER CertificationRequestInfo (RFC 2986 §4.1): the bytes to sign with the key itself. */
export function buildRequestInfo({ subject, spki, extensions }: RequestFields): Bytes {
  const attribute = sequence(oid(EXTENSION_REQUEST), setOf(encodeRequestedExtensions(extensions)))
  return sequence(integer(0), subject, spki, contextImplicit(0, setOf(attribute)))
}

/** DER CertificationRequest of its signed part. */
export function assembleRequest(
  info: Bytes,
  signatureAlgorithm: SignatureAlgorithm,
  signature: Bytes,
): Bytes {
  return sequence(info, signatureIdentifier(signatureAlgorithm), bitString(signature))
}
