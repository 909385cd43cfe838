import { childrenOf, encodedOf } from '#shared/asn1/reader.ts'
import {
  contextExplicit,
  contextImplicit,
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
import type { SignerInfo } from '#shared/cms/signer-info.ts'
import { encodeSignedData } from '#shared/cms/signed-data.ts'
import { softwareSigner, type SoftwareKey } from './software-keys.ts'
import type { DigestAlgorithm } from '#shared/contract/keys.ts'

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
    scheme: key.certificate.publicKey.kind === 'ec' ? 'ecdsa' : 'rsa-pkcs1',
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
}): Bytes {
  const type = oid(of.contentType ?? CONTENT_TYPE_OIDS.data)
  const content = of.content === null ? [] : [contextExplicit(0, octetString(of.content))]
  const certificates = contextImplicit(0, setOf(...of.certificates))
  const signedData = [integer(1), setOf(), sequence(type, ...content), certificates]
  return encodeContentInfo('signed-data', sequence(...signedData, setOf(...of.signerInfos)))
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
