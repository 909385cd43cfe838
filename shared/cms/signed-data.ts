import { childrenOf, type Cursor, type Element, encodedOf } from '../asn1/reader.ts'
import { context, INTEGER, OCTET_STRING, OID, SEQUENCE, SET } from '../asn1/tags.ts'
import { octetsOf, oidOf, smallIntegerOf } from '../asn1/values.ts'
import {
  contextExplicit,
  contextImplicit,
  integer,
  octetString,
  oid,
  sequence,
  setOf,
} from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import type { DigestAlgorithm, SignatureScheme } from '../contract/keys.ts'
import { PosternError } from '../errors.ts'
import { type Certificate, parseCertificate, readableCertificates } from '../x509/certificate.ts'
import { digestIdentifier } from '../x509/digest.ts'
import { signatureIdentifier } from '../x509/signature-algorithm.ts'
import { CONTENT_TYPE_OIDS } from './algorithms.ts'
import { issuerAndSerial } from './certificate-identifier.ts'
import { encodeContentInfo } from './content-info.ts'
import { signerAlgorithm } from './signature-scheme.ts'
import { readSignerInfo, type SignerInfo } from './signer-info.ts'

/** SignedData (RFC 5652 §5.1). */
export type SignedData = {
  /** Object identifier of what is signed; data in mail. */
  readonly contentType: string
  /** Null where the signature is detached; then only what lies beside it may be verified. */
  readonly content: Bytes | null
  /** Those that can be read, in their order. */
  readonly certificates: readonly Certificate[]
  /** CRLs and OCSP responses that came along, unread. */
  readonly revocationInfo: readonly Bytes[]
  /** None in a certificates-only message: that is no signature. */
  readonly signers: readonly SignerInfo[]
}

const OCSP_RESPONSE = '1.3.6.1.5.5.7.16.2' // id-ri-ocsp-response

const MAX_CERTIFICATES = 100
const MAX_REVOCATION_INFO = 100
const MAX_SIGNERS = 10
const MAX_DIGESTS = 100

/**
 * Parses the content of a ContentInfo of type signed-data.
 * @throws PosternError `asn1/*`, `x509/malformed`, `cms/malformed`
 */
export function parseSignedData(content: Element): SignedData {
  const fields = childrenOf(content)
  smallIntegerOf(fields.next(INTEGER))
  childrenOf(fields.next(SET)).rest(MAX_DIGESTS) // digests, for one pass over a stream: each signer names its own
  const { contentType, content: signed } = readEncapsulated(fields.sequence())
  const certificates = readCertificates(fields.nextIf(context(0)))
  const revocationInfo = readRevocationInfo(fields.nextIf(context(1)))
  const signers = fields.set().rest(MAX_SIGNERS).map(childrenOf).map(readSignerInfo)
  fields.end()
  return { contentType, content: signed, certificates, revocationInfo, signers }
}

/**
 * DER ContentInfo of SignedData with one signer over content of type data.
 * @throws PosternError `x509/malformed` for a bad certificate
 */
export function encodeSignedData(of: {
  /** DER, the signer's own first. */
  readonly certificates: readonly Bytes[]
  readonly digestAlgorithm: DigestAlgorithm
  readonly scheme: SignatureScheme
  /** As `buildSignedAttributes` made them. */
  readonly signedAttributes: Bytes
  readonly signature: Bytes
  /** Null for a detached signature. */
  readonly content: Bytes | null
}): Bytes {
  const [own] = of.certificates
  if (own === undefined) throw new PosternError('cms/malformed', 'A signature needs a certificate.')
  const digest = digestIdentifier(of.digestAlgorithm)
  const signerInfo = sequence(
    integer(1),
    issuerAndSerial(parseCertificate(own)),
    digest,
    contextImplicit(0, of.signedAttributes),
    signatureIdentifier(signerAlgorithm(of.scheme, of.digestAlgorithm)),
    octetString(of.signature),
  )
  const eContent = of.content === null ? [] : [contextExplicit(0, octetString(of.content))]
  const signedData = sequence(
    integer(1),
    setOf(digest),
    sequence(oid(CONTENT_TYPE_OIDS.data), ...eContent),
    contextImplicit(0, setOf(...of.certificates)),
    setOf(signerInfo),
  )
  return encodeContentInfo('signed-data', signedData)
}

function readEncapsulated(fields: Cursor): { contentType: string; content: Bytes | null } {
  const contentType = oidOf(fields.next(OID))
  const tagged = fields.nextIf(context(0))
  fields.end()
  if (tagged === null) return { contentType, content: null }
  const inside = childrenOf(tagged)
  const content = octetsOf(inside.next(OCTET_STRING))
  inside.end()
  return { contentType, content }
}

/** CertificateSet (RFC 5652 §10.2.3): what is no X.509 certificate is left out. */
function readCertificates(element: Element | null): Certificate[] {
  if (element === null) return []
  const certificates = childrenOf(element).rest(MAX_CERTIFICATES)
  return readableCertificates(certificates.filter(({ tag }) => tag === SEQUENCE).map(encodedOf))
}

/** RevocationInfoChoices (RFC 5652 §10.2.1, RFC 5940): what is neither CRL nor OCSP response is left out. */
function readRevocationInfo(element: Element | null): Bytes[] {
  if (element === null) return []
  return childrenOf(element)
    .rest(MAX_REVOCATION_INFO)
    .flatMap((info) => {
      if (info.tag === SEQUENCE) return [encodedOf(info)]
      if (info.tag !== context(1)) return []
      const other = childrenOf(info)
      return oidOf(other.next(OID)) === OCSP_RESPONSE ? [encodedOf(other.next(SEQUENCE))] : []
    })
}
