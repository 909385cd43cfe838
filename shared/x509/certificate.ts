import { childrenOf, type Cursor, encodedOf, readWhole } from '../asn1/reader.ts'
import { context, INTEGER, SEQUENCE } from '../asn1/tags.ts'
import { readTime } from '../asn1/time.ts'
import { integerBytesOf, smallIntegerOf } from '../asn1/values.ts'
import type { Bytes } from '../bytes.ts'
import { isPosternError, PosternError } from '../errors.ts'
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from './algorithm-identifier.ts'
import { type Extensions, NO_EXTENSIONS, parseExtensions } from './extensions.ts'
import type { GeneralName } from './general-name.ts'
import { type Name, parseName } from './name.ts'
import { keyName, parsePublicKey, type PublicKey } from './public-key.ts'
import { type SignatureAlgorithm, toSignatureAlgorithm } from './signature-algorithm.ts'
import { assertSameAlgorithm, readSigned } from './signed.ts'

/** An X.509 certificate (RFC 5280 §4.1), parsed and immutable. Nothing in it has been verified. */
export type Certificate = Omit<Extensions, 'alternativeNames'> & {
  readonly der: Bytes
  /** DER of the TBSCertificate: what the signature is over. */
  readonly tbs: Bytes
  /** Content octets of the INTEGER. */
  readonly serial: Bytes
  /** Readable names in the form of RFC 4514. */
  readonly subject: string
  readonly issuer: string
  readonly subjectDer: Bytes
  readonly issuerDer: Bytes
  readonly subjectName: Name
  readonly issuerName: Name
  /** Of the subject, unless it is empty, and of the alternative names: what name constraints bind. */
  readonly directoryNames: readonly Name[]
  /** Forms of the alternative names that mean nothing for mail: constraints may bind them. */
  readonly otherForms: readonly string[]
  /** A certificate before version 3, which cannot say that it is a CA's (RFC 5280 §6.1.4 k). */
  readonly beforeVersion3: boolean
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Bytes
  readonly publicKey: PublicKey
  /** `rsa-2048`, `ec-p256`, `ed25519`, or an object identifier. */
  readonly keyKind: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** Mail addresses: of the subjectAltName, or of the subject where it has none (RFC 8550 §3). */
  readonly addresses: readonly string[]
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly signature: Bytes
}

const MAX_CERTIFICATE_BYTES = 64 * 1024 // far above any certificate seen; the wire contract's bound, too

/**
 * Parses one DER certificate, with nothing behind it.
 * @throws PosternError `x509/malformed`
 */
export function parseCertificate(der: Bytes): Certificate {
  if (der.length > MAX_CERTIFICATE_BYTES) {
    throw new PosternError('x509/malformed', 'The certificate is too large.')
  }
  try {
    return parse(der)
  } catch (error) {
    if (!isPosternError(error)) throw error
    throw new PosternError('x509/malformed', 'The certificate cannot be read.', { cause: error })
  }
}

/** The certificates among these encodings that can be read: messages carry along whatever they like. */
export function readableCertificates(encodings: readonly Bytes[]): Certificate[] {
  return encodings.flatMap((der) => {
    try {
      return [parseCertificate(der)]
    } catch (error) {
      if (isPosternError(error, 'x509/malformed')) return []
      throw error
    }
  })
}

function parse(der: Bytes): Certificate {
  const certificate = childrenOf(readWhole(der, 'der', SEQUENCE))
  const { tbs, algorithm, signature } = readSigned(certificate)
  certificate.end()
  return {
    ...parseTbs(childrenOf(tbs), algorithm),
    der,
    tbs: encodedOf(tbs),
    signatureAlgorithm: toSignatureAlgorithm(algorithm),
    signature,
  }
}

type Tbs = Omit<Certificate, 'der' | 'tbs' | 'signatureAlgorithm' | 'signature'>

function parseTbs(fields: Cursor, outer: AlgorithmIdentifier): Tbs {
  const version = readVersion(fields)
  const serial = integerBytesOf(fields.next(INTEGER))
  const inner = readAlgorithmIdentifier(fields)
  assertSameAlgorithm(inner, outer)
  const issuerName = parseName(fields.next(SEQUENCE))
  const validity = fields.sequence()
  const notBefore = readTime(validity)
  const notAfter = readTime(validity)
  validity.end()
  const subjectName = parseName(fields.next(SEQUENCE))
  const spki = encodedOf(fields.next(SEQUENCE))
  fields.nextIf(context(1)) // unique identifiers of version 2: nobody uses them
  fields.nextIf(context(2))
  const { alternativeNames, ...extensions } = readExtensions(fields, version)
  fields.end()
  const publicKey = parsePublicKey(spki)
  return {
    ...extensions,
    serial,
    subject: subjectName.text,
    issuer: issuerName.text,
    subjectDer: subjectName.der,
    issuerDer: issuerName.der,
    subjectName,
    issuerName,
    spki,
    publicKey,
    keyKind: keyName(publicKey),
    notBefore,
    notAfter,
    directoryNames: directoryNamesOf(alternativeNames, subjectName),
    otherForms: alternativeNames.flatMap((name) => (name.kind === 'other' ? [name.form] : [])),
    beforeVersion3: version < 2,
    addresses: addressesOf(alternativeNames, subjectName),
  }
}

/** Those of the subject count only where the alternative names have none (RFC 8550 §3). */
function addressesOf(alternativeNames: readonly GeneralName[], subject: Name): string[] {
  const named = alternativeNames.flatMap((name) => (name.kind === 'address' ? [name.address] : []))
  return (named.length > 0 ? named : subject.emailAddresses).filter(isPlain)
}

function directoryNamesOf(alternativeNames: readonly GeneralName[], subject: Name): Name[] {
  const named = alternativeNames.flatMap((name) => (name.kind === 'directory' ? [name.name] : []))
  return subject.parts.length === 0 ? named : [subject, ...named]
}

/** An address that draws outside its line, or hides something, is nobody's. */
function isPlain(address: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(address)
}

/** 0, 1, 2 for X.509 v1, v2, v3. */
function readVersion(fields: Cursor): number {
  const tagged = fields.nextIf(context(0))
  if (tagged === null) return 0
  const inside = childrenOf(tagged)
  const version = smallIntegerOf(inside.next(INTEGER))
  inside.end()
  if (version > 2) throw new PosternError('x509/malformed', 'an unknown certificate version')
  return version
}

function readExtensions(fields: Cursor, version: number): Extensions {
  const tagged = fields.nextIf(context(3))
  if (tagged === null) return NO_EXTENSIONS
  if (version !== 2) throw new PosternError('x509/malformed', 'extensions before version 3')
  const inside = childrenOf(tagged)
  const extensions = parseExtensions(inside)
  inside.end()
  return extensions
}
