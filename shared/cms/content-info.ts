import { childrenOf, type Element, read } from '../asn1/reader.ts'
import { context, OID } from '../asn1/tags.ts'
import { oidOf } from '../asn1/values.ts'
import { contextExplicit, oid, sequence } from '../asn1/writer.ts'
import type { Bytes } from '../bytes.ts'
import { CONTENT_TYPE_OIDS, type ContentType, toContentType } from './algorithms.ts'

/** The outermost frame of every CMS object (RFC 5652 §3). */
export type ContentInfo = {
  readonly contentType: ContentType
  /** The object identifier, for content that has no name here. */
  readonly contentTypeOid: string
  /** To be handed to `parseSignedData`, `parseEnvelopedData`, `parseAuthEnvelopedData`. */
  readonly content: Element
}

/**
 * Reads the frame of a CMS object in DER or BER, with nothing behind it. The content is a view.
 * @throws PosternError `asn1/malformed`, `asn1/limit`
 */
export function parseContentInfo(bytes: Bytes): ContentInfo {
  const whole = read(bytes, 'ber')
  const fields = whole.sequence()
  whole.end()
  const contentTypeOid = oidOf(fields.next(OID))
  const tagged = childrenOf(fields.next(context(0)))
  fields.end()
  const content = tagged.next()
  tagged.end()
  return { contentType: toContentType(contentTypeOid), contentTypeOid, content }
}

/** DER ContentInfo around encoded content. */
export function encodeContentInfo(type: Exclude<ContentType, 'other'>, content: Bytes): Bytes {
  return sequence(oid(CONTENT_TYPE_OIDS[type]), contextExplicit(0, content))
}
