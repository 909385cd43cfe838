import { childrenOf, type Element } from '../asn1/reader.ts'
import { context, INTEGER, OCTET_STRING, OID } from '../asn1/tags.ts'
import { octetsOf, oidOf, smallIntegerOf } from '../asn1/values.ts'
import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { readAlgorithmIdentifier } from '../x509/algorithm-identifier.ts'

/** id-alg-zlibCompress (RFC 3274 §2), the one algorithm there is. */
const ZLIB = '1.2.840.113549.1.9.16.3.8'

/**
 * Parses the content of a ContentInfo of type compressed-data (RFC 3274 §1.1).
 * @returns the zlib stream: `inflate` unpacks it
 * @throws PosternError `asn1/*`, `cms/malformed`; `cms/unsupported` for another algorithm
 */
export function parseCompressedData(content: Element): Bytes {
  const fields = childrenOf(content)
  smallIntegerOf(fields.next(INTEGER))
  const algorithm = readAlgorithmIdentifier(fields)
  const encapsulated = fields.sequence()
  fields.end()
  oidOf(encapsulated.next(OID)) // what was packed tells by itself what it is
  if (encapsulated.atEnd) {
    throw new PosternError('cms/malformed', 'The compressed content is not there.')
  }
  const tagged = childrenOf(encapsulated.next(context(0)))
  const packed = octetsOf(tagged.next(OCTET_STRING))
  tagged.end()
  encapsulated.end()
  if (algorithm.oid !== ZLIB) {
    throw new PosternError('cms/unsupported', `compression with ${algorithm.oid}`)
  }
  return packed
}
