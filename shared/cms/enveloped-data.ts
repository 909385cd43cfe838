import { childrenOf, type Element } from '../asn1/reader.ts'
import { context, INTEGER } from '../asn1/tags.ts'
import { smallIntegerOf } from '../asn1/values.ts'
import { integer, sequence, setOf } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import type { CbcEncryption, ContentEncryption } from './content-encryption-algorithm.ts'
import { encodeContentInfo } from './content-info.ts'
import {
  encodeEncryptedContent,
  type EncryptedContent,
  readEncryptedContent,
} from './encrypted-content.ts'
import { readRecipientInfos, type RecipientInfo } from './recipient-info.ts'

/**
 * EnvelopedData (RFC 5652 §6.1): encrypted, but not authenticated. Its cipher is CBC or unsupported: an
 * AEAD relabelled as this type is not opened (RFC 9709 §1).
 */
export type EnvelopedData = Omit<EncryptedContent, 'encryption'> & {
  readonly kind: 'enveloped'
  readonly recipients: readonly RecipientInfo[]
  readonly encryption: Exclude<ContentEncryption, { kind: 'aead' }>
}

/**
 * Parses the content of a ContentInfo of type enveloped-data.
 * @throws PosternError `asn1/*`, `x509/malformed`, `cms/malformed`, `cms/limit`
 */
export function parseEnvelopedData(content: Element): EnvelopedData {
  const fields = childrenOf(content)
  smallIntegerOf(fields.next(INTEGER))
  fields.nextIf(context(0)) // originatorInfo: certificates for static key agreement
  const recipients = readRecipientInfos(fields)
  const { encryption, ...encrypted } = readEncryptedContent(fields)
  fields.nextIf(context(1)) // unprotected attributes: proved by nothing, so not read
  fields.end()
  return { kind: 'enveloped', recipients, ...encrypted, encryption: notAead(encryption) }
}

/**
 * DER ContentInfo of EnvelopedData.
 * @param recipients encoded RecipientInfos, see `encrypt-content-key.ts`
 */
export function encodeEnvelopedData(parts: {
  readonly recipients: readonly Bytes[]
  readonly encryption: CbcEncryption
  readonly ciphertext: Bytes
}): Bytes {
  // Version 0 only for key transport with issuer and serial; 2 is right for every mixture of ours but that.
  const onlyTransport = parts.recipients.every((recipient) => recipient[0] === 0x30)
  const envelopedData = sequence(
    integer(onlyTransport ? 0 : 2),
    setOf(...parts.recipients),
    encodeEncryptedContent(parts.encryption, parts.ciphertext),
  )
  return encodeContentInfo('enveloped-data', envelopedData)
}

function notAead(encryption: ContentEncryption): EnvelopedData['encryption'] {
  return encryption.kind === 'aead' ? { kind: 'unsupported', name: encryption.name } : encryption
}
