import { childrenOf, contentOf, type Element } from '../asn1/reader.ts'
import { CONSTRUCTED, context, INTEGER, OCTET_STRING, SET } from '../asn1/tags.ts'
import { octetsOf, smallIntegerOf } from '../asn1/values.ts'
import { encode, integer, octetString, sequence, setOf } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import type { ContentEncryption, GcmEncryption } from './content-encryption-algorithm.ts'
import { encodeContentInfo } from './content-info.ts'
import {
  encodeEncryptedContent,
  type EncryptedContent,
  readEncryptedContent,
} from './encrypted-content.ts'
import { readRecipientInfos, type RecipientInfo } from './recipient-info.ts'

/** AuthEnvelopedData (RFC 5083): encrypted and authenticated. Its cipher is an AEAD or unsupported. */
export type AuthEnvelopedData = Omit<EncryptedContent, 'encryption'> & {
  readonly kind: 'auth-enveloped'
  readonly recipients: readonly RecipientInfo[]
  readonly encryption: Exclude<ContentEncryption, { kind: 'cbc' }>
  readonly tag: Bytes
  /** What is authenticated beside the content: DER of the authenticated attributes, or nothing. */
  readonly aad: Bytes
}

/**
 * Parses the content of a ContentInfo of type auth-enveloped-data.
 * @throws PosternError `asn1/*`, `x509/malformed`, `cms/malformed`, `cms/limit`
 */
export function parseAuthEnvelopedData(content: Element): AuthEnvelopedData {
  const fields = childrenOf(content)
  smallIntegerOf(fields.next(INTEGER))
  fields.nextIf(context(0)) // originatorInfo: certificates for static key agreement
  const recipients = readRecipientInfos(fields)
  const { encryption, ...encrypted } = readEncryptedContent(fields)
  const attributes = fields.nextIf(context(1))
  const tag = octetsOf(fields.next(OCTET_STRING))
  fields.nextIf(context(2)) // unauthenticated attributes: proved by nothing, so not read
  fields.end()
  if (encryption.kind === 'aead' && tag.length !== encryption.tagLength) {
    throw new PosternError(
      'cms/malformed',
      'The authentication tag has another length than declared.',
    )
  }
  const aad = attributes === null ? new Uint8Array() : asSetOf(attributes)
  return {
    kind: 'auth-enveloped',
    recipients,
    ...encrypted,
    encryption: onlyAead(encryption),
    tag,
    aad,
  }
}

/**
 * DER ContentInfo of AuthEnvelopedData, without attributes: its content is data (RFC 5083 §2.1).
 * @param recipients encoded RecipientInfos, see `encrypt-content-key.ts`
 */
export function encodeAuthEnvelopedData(parts: {
  readonly recipients: readonly Bytes[]
  readonly encryption: GcmEncryption
  readonly ciphertext: Bytes
  readonly tag: Bytes
}): Bytes {
  const authEnvelopedData = sequence(
    integer(0),
    setOf(...parts.recipients),
    encodeEncryptedContent(parts.encryption, parts.ciphertext),
    octetString(parts.tag),
  )
  return encodeContentInfo('auth-enveloped-data', authEnvelopedData)
}

/** The attributes are authenticated under the tag of a SET OF, not under `[1]` (RFC 5083 §2.2). */
function asSetOf(attributes: Element): Bytes {
  return encode(SET | CONSTRUCTED, contentOf(attributes))
}

function onlyAead(encryption: ContentEncryption): AuthEnvelopedData['encryption'] {
  return encryption.kind === 'cbc' ? { kind: 'unsupported', name: encryption.name } : encryption
}
