import { type Cursor } from '../asn1/reader.ts'
import { context, OID } from '../asn1/tags.ts'
import { octetsOf, oidOf } from '../asn1/values.ts'
import { contextImplicit, octetString, oid, sequence } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { readAlgorithmIdentifier } from '../x509/algorithm-identifier.ts'
import { CONTENT_TYPE_OIDS, type ContentType, toContentType } from './algorithms.ts'
import {
  type CbcEncryption,
  type ContentEncryption,
  contentEncryptionIdentifier,
  type GcmEncryption,
  toContentEncryption,
} from './content-encryption-algorithm.ts'
import { unbind } from './content-key-derivation.ts'

/** EncryptedContentInfo (RFC 5652 §6.1). */
export type EncryptedContent = {
  /** What the plaintext is; `data` in mail. */
  readonly contentType: ContentType
  readonly encryption: ContentEncryption
  /** What the content key is bound to (RFC 9709): see `content-key-derivation.ts`. Null: it is used as it is. */
  readonly boundTo: Bytes | null
  /** A view of the input where it lies in one piece. */
  readonly ciphertext: Bytes
}

/** Reads the EncryptedContentInfo that comes next. Its content must be there. */
export function readEncryptedContent(cursor: Cursor): EncryptedContent {
  const fields = cursor.sequence()
  const contentType = toContentType(oidOf(fields.next(OID)))
  const { cipher, boundTo } = unbind(readAlgorithmIdentifier(fields))
  if (fields.atEnd) throw new PosternError('cms/malformed', 'The encrypted content is not there.')
  const ciphertext = octetsOf(fields.next(context(0)))
  fields.end()
  return { contentType, encryption: toContentEncryption(cipher), boundTo, ciphertext }
}

/** DER EncryptedContentInfo of type data. */
export function encodeEncryptedContent(
  encryption: CbcEncryption | GcmEncryption,
  ciphertext: Bytes,
): Bytes {
  return sequence(
    oid(CONTENT_TYPE_OIDS.data),
    contentEncryptionIdentifier(encryption),
    contextImplicit(0, octetString(ciphertext)),
  )
}
