import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { encodeBase64Lines } from '#shared/mime/encodings.ts'

/** A message by hand: the fields, each on a line of its own, and the body below them. */
export function rawMail(fields: readonly string[], body: Bytes): Bytes {
  return concat(utf8([...fields, '', ''].join('\r\n')), body)
}

/** A message whose root is this CMS object. */
export function mailAround(
  object: Bytes,
  smimeType: string,
  fields: readonly string[] = ['From: alice@example.com'],
): Bytes {
  return rawMail([...fields, ...cmsFields(smimeType)], encodeBase64Lines(object))
}

/** A CMS object as a part of a multipart, without the message's own fields. */
export function cmsPart(object: Bytes, smimeType: string): Bytes {
  return rawMail(cmsFields(smimeType), encodeBase64Lines(object))
}

/** multipart/signed by hand, from the parts as they are. */
export function signedMail(
  content: Bytes,
  signature: Bytes,
  fields: readonly string[] = ['From: alice@example.com'],
): Bytes {
  const type = 'multipart/signed; protocol="application/pkcs7-signature"; boundary=b'
  const part = rawMail(
    ['Content-Type: application/pkcs7-signature', 'Content-Transfer-Encoding: base64'],
    encodeBase64Lines(signature),
  )
  return rawMail([...fields, `Content-Type: ${type}`], parted(content, part))
}

/** The body of a multipart with the boundary `b`. */
export function parted(...parts: readonly Bytes[]): Bytes {
  const pieces = parts.flatMap((part) => [utf8('--b\r\n'), part, utf8('\r\n')])
  return concat(...pieces, utf8('--b--\r\n'))
}

function cmsFields(smimeType: string): string[] {
  return [
    `Content-Type: application/pkcs7-mime; smime-type=${smimeType}; name=smime.p7m`,
    'Content-Transfer-Encoding: base64',
  ]
}
