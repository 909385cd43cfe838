import { childrenOf, type Cursor, type Element, readWhole } from '../asn1/reader.ts'
import { OCTET_STRING, OID, SET } from '../asn1/tags.ts'
import { readTime } from '../asn1/time.ts'
import { octetsOf, oidOf } from '../asn1/values.ts'
import { octetString, oid, sequence, setOf, utcOrGeneralizedTime } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import type { DigestAlgorithm, SignatureScheme } from '../contract/keys.ts'
import { PosternError } from '../errors.ts'
import { digestIdentifier } from '../x509/digest.ts'
import { signatureIdentifier } from '../x509/signature-algorithm.ts'
import {
  type AlgorithmProtection,
  encodeAlgorithmProtection,
  readAlgorithmProtection,
} from './algorithm-protection.ts'
import { CIPHER_OIDS, CONTENT_TYPE_OIDS } from './algorithms.ts'
import { signerAlgorithm } from './signature-scheme.ts'
import {
  type CertificateHash,
  readSigningCertificate,
  readSigningCertificateV2,
} from './signing-certificate.ts'

/** What a signer put under the signature beside the content (RFC 5652 §11, RFC 5035, RFC 6211). */
export type SignedAttributes = {
  /** What the signature is over. */
  readonly der: Bytes
  /** Object identifier of the content's type. */
  readonly contentType: string
  readonly messageDigest: Bytes
  readonly signingTime: Date | null
  readonly algorithmProtection: AlgorithmProtection | null
  /** The signer's certificate by hash, in as many ways as it is named. */
  readonly signingCertificates: readonly CertificateHash[]
}

const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const SIGNING_TIME = '1.2.840.113549.1.9.5'
const SMIME_CAPABILITIES = '1.2.840.113549.1.9.15'
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12'
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47'
const ALGORITHM_PROTECTION = '1.2.840.113549.1.9.52'

const MAX_ATTRIBUTES = 100 // honest signers write under ten

/** What we can read, the preferred first: RFC 8551 §2.5.2. */
const CAPABILITIES = ['aes-256-gcm', 'aes-128-gcm', 'aes-256-cbc', 'aes-128-cbc'] as const

/**
 * Parses a DER SET OF Attribute. Each attribute may occur once, with one value; contentType and
 * messageDigest must (RFC 5652 §11.1, §11.2).
 * @throws PosternError `asn1/malformed`, `asn1/limit`, `cms/malformed`
 */
export function parseSignedAttributes(der: Bytes): SignedAttributes {
  const values = new Map<string, Element>()
  for (const attribute of childrenOf(readWhole(der, 'der', SET)).rest(MAX_ATTRIBUTES)) {
    const fields = childrenOf(attribute)
    const type = oidOf(fields.next(OID))
    if (values.has(type)) throw malformed('an attribute twice')
    values.set(type, fields.next(SET))
    fields.end()
  }
  return {
    der,
    contentType: oidOf(required(values, CONTENT_TYPE).next(OID)),
    messageDigest: octetsOf(required(values, MESSAGE_DIGEST).next(OCTET_STRING)),
    signingTime: optional(values, SIGNING_TIME, readTime),
    algorithmProtection: optional(values, ALGORITHM_PROTECTION, readAlgorithmProtection),
    signingCertificates: [
      optional(values, SIGNING_CERTIFICATE, readSigningCertificate),
      optional(values, SIGNING_CERTIFICATE_V2, readSigningCertificateV2),
    ].filter((hash) => hash !== null),
  }
}

/**
 * The attributes that a signature by Postern is over: contentType data, messageDigest, signingTime,
 * signingCertificateV2, smimeCapabilities, cmsAlgorithmProtection.
 * @returns DER SET OF Attribute: the very bytes to sign (RFC 5652 §5.4)
 */
export function buildSignedAttributes(of: {
  readonly digestAlgorithm: DigestAlgorithm
  readonly messageDigest: Bytes
  readonly signingTime: Date
  /** Of `encodeSigningCertificate`. */
  readonly signingCertificate: Bytes
  readonly scheme: SignatureScheme
}): Bytes {
  const protection = encodeAlgorithmProtection(
    digestIdentifier(of.digestAlgorithm),
    signatureIdentifier(signerAlgorithm(of.scheme, of.digestAlgorithm)),
  )
  return setOf(
    ...SAME_IN_ALL,
    attribute(MESSAGE_DIGEST, octetString(of.messageDigest)),
    attribute(SIGNING_TIME, utcOrGeneralizedTime(of.signingTime)),
    attribute(SIGNING_CERTIFICATE_V2, of.signingCertificate),
    attribute(ALGORITHM_PROTECTION, protection),
  )
}

const SAME_IN_ALL = [
  attribute(CONTENT_TYPE, oid(CONTENT_TYPE_OIDS.data)),
  attribute(
    SMIME_CAPABILITIES,
    sequence(...CAPABILITIES.map((cipher) => sequence(oid(CIPHER_OIDS[cipher])))),
  ),
]

function attribute(type: string, value: Bytes): Bytes {
  return sequence(oid(type), setOf(value))
}

function required(values: ReadonlyMap<string, Element>, type: string): Cursor {
  const value = values.get(type)
  if (value === undefined) throw malformed('a required attribute is missing')
  return single(value)
}

function optional<Value>(
  values: ReadonlyMap<string, Element>,
  type: string,
  readValue: (cursor: Cursor) => Value,
): Value | null {
  const value = values.get(type)
  return value === undefined ? null : readValue(single(value))
}

/** A walk over the one value of an attribute. */
function single(values: Element): Cursor {
  if (childrenOf(values).rest(1).length === 0) throw malformed('an attribute without value')
  return childrenOf(values)
}

function malformed(what: string): PosternError {
  return new PosternError('cms/malformed', `The signed attributes are wrong: ${what}.`)
}
