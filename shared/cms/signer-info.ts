import { contentOf, type Cursor } from '../asn1/reader.ts'
import { CONSTRUCTED, context, INTEGER, OCTET_STRING, SET } from '../asn1/tags.ts'
import { octetsOf, smallIntegerOf } from '../asn1/values.ts'
import { encode } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../x509/algorithm-identifier.ts'
import { type DigestName, findDigest } from '../x509/digest.ts'
import { type SignatureAlgorithm, toSignatureAlgorithm } from '../x509/signature-algorithm.ts'
import { type CertificateIdentifier, readCertificateIdentifier } from './certificate-identifier.ts'

/** One signer's part of SignedData (RFC 5652 §5.3), read but not verified: see `verify-signer-info.ts`. */
export type SignerInfo = {
  readonly identifier: CertificateIdentifier
  readonly digestIdentifier: AlgorithmIdentifier
  /** Null for a digest that is not known to us. */
  readonly digestAlgorithm: DigestName | null
  readonly signatureIdentifier: AlgorithmIdentifier
  /** With the digest of the signer where its own identifier names none. */
  readonly signatureAlgorithm: SignatureAlgorithm
  /** What was signed: a DER SET OF Attribute, of the original octets. Null where the signer left them out. */
  readonly signedAttributes: Bytes | null
  readonly signature: Bytes
}

/** Reads the fields of a SignerInfo. */
export function readSignerInfo(fields: Cursor): SignerInfo {
  smallIntegerOf(fields.next(INTEGER))
  const identifier = readCertificateIdentifier(fields)
  const digestIdentifier = readAlgorithmIdentifier(fields)
  const attributes = fields.nextIf(context(0))
  const signatureIdentifier = readAlgorithmIdentifier(fields)
  const signature = octetsOf(fields.next(OCTET_STRING))
  fields.nextIf(context(1)) // unsigned attributes: proved by nothing, so not read
  fields.end()
  const digestAlgorithm = findDigest(digestIdentifier.oid)
  return {
    identifier,
    digestIdentifier,
    digestAlgorithm,
    signatureIdentifier,
    signatureAlgorithm: withDigest(toSignatureAlgorithm(signatureIdentifier), digestAlgorithm),
    signedAttributes: attributes && encode(SET | CONSTRUCTED, contentOf(attributes)),
    signature,
  }
}

function withDigest(algorithm: SignatureAlgorithm, digest: DigestName | null): SignatureAlgorithm {
  return 'digest' in algorithm && algorithm.digest === null ? { ...algorithm, digest } : algorithm
}
