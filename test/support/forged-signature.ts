import { sign } from 'node:crypto'
import { childrenOf, encodedOf } from '#shared/asn1/reader.ts'
import { CONSTRUCTED, SET } from '#shared/asn1/tags.ts'
import {
  contextExplicit,
  contextImplicit,
  encode,
  integer,
  octetString,
  oid,
  sequence,
  setOf,
} from '#shared/asn1/writer.ts'
import type { Bytes } from '#shared/bytes.ts'
import { CONTENT_TYPE_OIDS } from '#shared/cms/algorithms.ts'
import { issuerAndSerial } from '#shared/cms/certificate-identifier.ts'
import { encodeContentInfo, parseContentInfo } from '#shared/cms/content-info.ts'
import { parseSignedData } from '#shared/cms/signed-data.ts'
import { signerAlgorithm } from '#shared/cms/signature-scheme.ts'
import type { SignerInfo } from '#shared/cms/signer-info.ts'
import { encodeSignedData } from '#shared/cms/signed-data.ts'
import { digestIdentifier } from '#shared/x509/digest.ts'
import { signatureIdentifier } from '#shared/x509/signature-algorithm.ts'
import { softwareSigner, type SoftwareKey } from './software-keys.ts'
import type { DigestAlgorithm, SignatureScheme } from '#shared/contract/keys.ts'

/** SignedData as a key service would help to make it. */
export async function honestSignedData(
  key: SoftwareKey,
  content: Bytes,
  options: {
    readonly detached?: boolean
    readonly digest?: DigestAlgorithm
    readonly at?: Date
  } = {},
): Promise<Bytes> {
  const { digest = 'sha-256', detached = false, at = new Date() } = options
  const value = new Uint8Array(await crypto.subtle.digest(digest, content))
  const { signedAttributes, signature, certificates } = await softwareSigner(key, digest, at).sign(
    value,
  )
  return encodeSignedData({
    certificates,
    digestAlgorithm: digest,
    scheme: schemeOf(key),
    signedAttributes,
    signature,
    content: detached ? null : content,
  })
}

/** The only signer of a SignedData. */
export function signerOf(object: Bytes): SignerInfo {
  const [signer] = parseSignedData(parseContentInfo(object).content).signers
  if (signer === undefined) throw new TypeError('nobody signed')
  return signer
}

/** SignedData put together by hand, with any signers and any content. */
export function forgedSignedData(of: {
  readonly content: Bytes | null
  readonly certificates: readonly Bytes[]
  readonly signerInfos: readonly Bytes[]
  readonly contentType?: string
  /** DER, each a RevocationInfoChoice. */
  readonly revocationInfo?: readonly Bytes[]
}): Bytes {
  const type = oid(of.contentType ?? CONTENT_TYPE_OIDS.data)
  const content = of.content === null ? [] : [contextExplicit(0, octetString(of.content))]
  const certificates = contextImplicit(0, setOf(...of.certificates))
  const info = of.revocationInfo === undefined ? [] : [setOf(...of.revocationInfo)]
  const crls = info.map((set) => contextImplicit(1, set))
  const signedData = [integer(1), setOf(), sequence(type, ...content), certificates, ...crls]
  const signers = encode(SET | CONSTRUCTED, ...of.signerInfos) // in their order, which DER would sort
  return encodeContentInfo('signed-data', sequence(...signedData, signers))
}

/** A SignerInfo with the signature of another, and with these signed attributes or none. */
export function forgedSignerInfo(
  key: SoftwareKey,
  from: SignerInfo,
  attributes: Bytes | null,
): Bytes {
  return sequence(
    integer(1),
    issuerAndSerial(key.certificate),
    encodedOf(from.digestIdentifier.element),
    ...(attributes === null ? [] : [contextImplicit(0, attributes)]),
    encodedOf(from.signatureIdentifier.element),
    octetString(from.signature),
  )
}

/** The SignerInfo of a SignedData as it stands there. */
export function encodedSignerOf(object: Bytes): Bytes {
  const fields = childrenOf(parseContentInfo(object).content)
  const last = fields.rest(10).at(-1)
  const [signer] = last === undefined ? [] : childrenOf(last).rest(10)
  if (signer === undefined) throw new TypeError('nobody signed')
  return encodedOf(signer)
}

/** The DER of an attribute, with any number of values. */
export function attribute(type: keyof typeof ATTRIBUTES, ...values: readonly Bytes[]): Bytes {
  return sequence(oid(ATTRIBUTES[type]), setOf(...values))
}

const ATTRIBUTES = {
  'content type': '1.2.840.113549.1.9.3',
  'message digest': '1.2.840.113549.1.9.4',
  'algorithm protection': '1.2.840.113549.1.9.52',
}

/** A SignerInfo whose key truly signed these attributes, however odd: the DER of each, in this order. */
export function signerOver(
  key: SoftwareKey,
  attributes: readonly Bytes[],
  digest: DigestAlgorithm = 'sha-256',
): Bytes {
  const set = encode(SET | CONSTRUCTED, ...attributes)
  const ed25519 = key.certificate.publicKey.kind === 'ed25519'
  const signature = sign(ed25519 ? null : digest.replace('-', ''), set, key.privateKey)
  return sequence(
    integer(1),
    issuerAndSerial(key.certificate),
    digestIdentifier(digest),
    contextImplicit(0, set),
    signatureIdentifier(ed25519 ? { kind: 'ed25519' } : signerAlgorithm(schemeOf(key), digest)),
    octetString(new Uint8Array(signature)),
  )
}

function schemeOf({ certificate }: SoftwareKey): SignatureScheme {
  return certificate.publicKey.kind === 'ec' ? 'ecdsa' : 'rsa-pkcs1'
}
