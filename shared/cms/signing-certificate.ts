import type { Cursor } from '../asn1/reader.ts'
import { OCTET_STRING, SEQUENCE } from '../asn1/tags.ts'
import { octetsOf } from '../asn1/values.ts'
import { contextExplicit, integerOfBytes, octetString, sequence } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { readAlgorithmIdentifier } from '../x509/algorithm-identifier.ts'
import type { Certificate } from '../x509/certificate.ts'
import { type DigestName, digestOf, findDigest } from '../x509/digest.ts'

/** A certificate named by the hash of its DER; `digest` is null where it is not known to us. */
export type CertificateHash = { readonly digest: DigestName | null; readonly hash: Bytes }

const MAX_CERTIFICATES = 100

/** The signer's certificate of a SigningCertificate (RFC 2634 §5.4): the first one, by SHA-1. */
export function readSigningCertificate(cursor: Cursor): CertificateHash {
  const fields = firstCertificate(cursor)
  const hash = octetsOf(fields.next(OCTET_STRING))
  fields.rest(1) // issuer and serial: the hash says it all
  return { digest: 'sha-1', hash }
}

/** The signer's certificate of a SigningCertificateV2 (RFC 5035 §3): the first one, by SHA-256 if not said otherwise. */
export function readSigningCertificateV2(cursor: Cursor): CertificateHash {
  const fields = firstCertificate(cursor)
  const digest =
    fields.peek() === SEQUENCE ? findDigest(readAlgorithmIdentifier(fields).oid) : 'sha-256'
  const hash = octetsOf(fields.next(OCTET_STRING))
  fields.rest(1)
  return { digest, hash }
}

/** DER SigningCertificateV2 that names one certificate by SHA-256, issuer and serial. */
export async function encodeSigningCertificate(certificate: Certificate): Promise<Bytes> {
  const hash = await digestOf('sha-256', certificate.der)
  const issuer = sequence(contextExplicit(4, certificate.issuerDer)) // GeneralNames: one directoryName
  const issuerSerial = sequence(issuer, integerOfBytes(certificate.serial))
  return sequence(sequence(sequence(octetString(hash), issuerSerial)))
}

function firstCertificate(cursor: Cursor): Cursor {
  const fields = cursor.sequence()
  const certificates = fields.sequence()
  fields.rest(1) // policies
  const first = certificates.sequence()
  certificates.rest(MAX_CERTIFICATES)
  return first
}
