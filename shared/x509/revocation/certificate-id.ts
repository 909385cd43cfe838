import type { Cursor } from '../../asn1/reader.ts'
import { INTEGER, OCTET_STRING } from '../../asn1/tags.ts'
import { integerBytesOf, octetsOf } from '../../asn1/values.ts'
import { integerOfBytes, octetString, sequence } from '../../asn1/writer.ts'
import { type Bytes, sameBytes } from '../../bytes.ts'
import { readAlgorithmIdentifier } from '../algorithm-identifier.ts'
import type { Certificate } from '../certificate.ts'
import {
  type WebDigest,
  digestIdentifierWithNull,
  digestOf,
  findDigest,
  isWebDigest,
} from '../digest.ts'
import { keyOctets } from '../public-key.ts'

/** How OCSP names a certificate: CertID (RFC 6960 §4.1.1). */
export type CertificateId = {
  /** Null for a digest that nothing here computes: nobody is named. */
  readonly digest: WebDigest | null
  readonly issuerNameHash: Bytes
  readonly issuerKeyHash: Bytes
  /** Content octets of the INTEGER. */
  readonly serial: Bytes
}

/** Reads the CertID that comes next. */
export function readCertificateId(cursor: Cursor): CertificateId {
  const fields = cursor.sequence()
  const digest = findDigest(readAlgorithmIdentifier(fields).oid)
  const issuerNameHash = octetsOf(fields.next(OCTET_STRING))
  const issuerKeyHash = octetsOf(fields.next(OCTET_STRING))
  const serial = integerBytesOf(fields.next(INTEGER))
  fields.end()
  const computable = digest !== null && isWebDigest(digest) ? digest : null
  return { digest: computable, issuerNameHash, issuerKeyHash, serial }
}

/** DER CertID. The digests only name the issuer: that SHA-1 has collisions harms nobody here. */
export async function encodeCertificateId(
  { issuerDer, serial }: Certificate,
  issuer: Certificate,
  digest: WebDigest,
): Promise<Bytes> {
  return sequence(
    digestIdentifierWithNull(digest),
    octetString(await digestOf(digest, issuerDer)),
    octetString(await digestOf(digest, keyOctets(issuer.spki))),
    integerOfBytes(serial),
  )
}

/** Whether the identifier means this certificate of this issuer. */
export async function isIdOf(
  id: CertificateId,
  { issuerDer, serial }: Certificate,
  issuer: Certificate,
): Promise<boolean> {
  if (id.digest === null || !sameBytes(id.serial, serial)) return false
  return (
    sameBytes(id.issuerNameHash, await digestOf(id.digest, issuerDer)) &&
    sameBytes(id.issuerKeyHash, await digestOf(id.digest, keyOctets(issuer.spki)))
  )
}
