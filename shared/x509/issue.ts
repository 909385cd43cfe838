/**
 * Writes certificates, for the demo company's authority and for the PKIs of tests. The signature is made by
 * the caller: `buildTbsCertificate`, sign, `assembleCertificate`.
 */
import {
  bitString,
  contextExplicit,
  integer,
  oid,
  printableString,
  sequence,
  setOf,
  unsignedInteger,
  utcOrGeneralizedTime,
  utf8String,
} from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { digestOf } from './digest.ts'
import { encodeExtensions, type ExtensionFields } from './encode-extensions.ts'
import { keyOctets } from './public-key.ts'
import { type SignatureAlgorithm, signatureIdentifier } from './signature-algorithm.ts'

/** The parts of a name that is written. `country` has two letters. */
export type NameFields = {
  readonly commonName: string
  readonly organization?: string
  readonly country?: string
}

/** What a certificate is to say (RFC 5280 §4.1). */
export type CertificateFields = {
  /** Unsigned, 1 to 20 octets, best 16 random ones. */
  readonly serial: Bytes
  /** DER names: of `encodeName`, or `subjectDer` of the issuing certificate. */
  readonly issuer: Bytes
  readonly subject: Bytes
  readonly notBefore: Date
  readonly notAfter: Date
  /** DER SubjectPublicKeyInfo of the subject. */
  readonly spki: Bytes
  /** What the issuer will sign with. */
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly extensions: ExtensionFields
}

const COUNTRY = '2.5.4.6'
const ORGANIZATION = '2.5.4.10'
const COMMON_NAME = '2.5.4.3'
const KEY_ID_BYTES = 20

/** DER Name, the country first; each part is a relative name of its own. */
export function encodeName({ country, organization, commonName }: NameFields): Bytes {
  const parts: Bytes[] = []
  if (country !== undefined) parts.push(relativeName(COUNTRY, printableString(country)))
  if (organization !== undefined) parts.push(relativeName(ORGANIZATION, utf8String(organization)))
  parts.push(relativeName(COMMON_NAME, utf8String(commonName)))
  return sequence(...parts)
}

/** A key identifier for a DER SubjectPublicKeyInfo: the left of SHA-256 over the key (RFC 7093 §2). */
export async function keyIdOf(spki: Bytes): Promise<Bytes> {
  const digest = await digestOf('sha-256', keyOctets(spki))
  return digest.slice(0, KEY_ID_BYTES)
}

/** DER TBSCertificate (RFC 5280 §4.1), version 3: the bytes to sign. */
export function buildTbsCertificate(fields: CertificateFields): Bytes {
  return sequence(
    contextExplicit(0, integer(2)),
    unsignedInteger(fields.serial),
    signatureIdentifier(fields.signatureAlgorithm),
    fields.issuer,
    sequence(utcOrGeneralizedTime(fields.notBefore), utcOrGeneralizedTime(fields.notAfter)),
    fields.subject,
    fields.spki,
    contextExplicit(3, encodeExtensions(fields.extensions)),
  )
}

/**
 * DER Certificate of its signed parts.
 * @param signature as X.509 carries it: ECDSA as DER, see `ecdsa-signature.ts`
 */
export function assembleCertificate(
  tbs: Bytes,
  signatureAlgorithm: SignatureAlgorithm,
  signature: Bytes,
): Bytes {
  return sequence(tbs, signatureIdentifier(signatureAlgorithm), bitString(signature))
}

function relativeName(type: string, value: Bytes): Bytes {
  return setOf(sequence(oid(type), value))
}
