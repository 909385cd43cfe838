import { childrenOf, type Cursor, type Element } from '../asn1/reader.ts'
import { context, INTEGER, SEQUENCE } from '../asn1/tags.ts'
import { integerBytesOf, octetsOf } from '../asn1/values.ts'
import { integerOfBytes, sequence } from '../asn1/writer.ts'
import { type Bytes, hex, sameBytes } from '../bytes.ts'
import type { Certificate } from '../x509/certificate.ts'
import { type Name, parseName, sameName } from '../x509/name.ts'

/** How CMS names a certificate: SignerIdentifier and RecipientIdentifier (RFC 5652 §5.3, §6.2.1). */
export type CertificateIdentifier =
  | { readonly kind: 'issuer-serial'; readonly issuer: Name; readonly serial: Bytes }
  | { readonly kind: 'key-id'; readonly keyId: Bytes }

/** Reads an identifier: IssuerAndSerialNumber, or `[0]` a subject key identifier. */
export function readCertificateIdentifier(cursor: Cursor): CertificateIdentifier {
  const keyId = cursor.nextIf(context(0))
  if (keyId !== null) return { kind: 'key-id', keyId: octetsOf(keyId) }
  return parseIssuerAndSerial(cursor.next(SEQUENCE))
}

/** Parses IssuerAndSerialNumber (RFC 5652 §10.2.4). */
export function parseIssuerAndSerial(element: Element): CertificateIdentifier {
  const fields = childrenOf(element)
  const issuer = parseName(fields.next(SEQUENCE))
  const serial = integerBytesOf(fields.next(INTEGER))
  fields.end()
  return { kind: 'issuer-serial', issuer, serial }
}

/** DER IssuerAndSerialNumber of a certificate. */
export function issuerAndSerial(certificate: Certificate): Bytes {
  return sequence(certificate.issuerDer, integerOfBytes(certificate.serial))
}

/** Whether the identifier means this certificate. */
export function identifies(identifier: CertificateIdentifier, certificate: Certificate): boolean {
  switch (identifier.kind) {
    case 'issuer-serial':
      return (
        sameBytes(identifier.serial, certificate.serial) &&
        sameName(identifier.issuer, certificate.issuerName)
      )
    case 'key-id':
      return (
        certificate.subjectKeyId !== null && sameBytes(identifier.keyId, certificate.subjectKeyId)
      )
  }
}

/** For people: the issuer's name and the serial number, or the key identifier, numbers in hexadecimal. */
export function identifierText(identifier: CertificateIdentifier): string {
  switch (identifier.kind) {
    case 'issuer-serial':
      return `${identifier.issuer.text}, ${hex(identifier.serial)}`
    case 'key-id':
      return hex(identifier.keyId)
  }
}
