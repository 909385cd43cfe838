/** The hash and mask generation fields that RSASSA-PSS and RSAES-OAEP parameters share (RFC 4055 §2). */
import { childrenOf, type Element } from '../asn1/reader.ts'
import { OID, SEQUENCE } from '../asn1/tags.ts'
import { oidOf } from '../asn1/values.ts'
import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import {
  algorithmIdentifier,
  type AlgorithmIdentifier,
  hasNoParameters,
  readAlgorithmIdentifier,
} from './algorithm-identifier.ts'
import { type DigestName, digestIdentifierWithNull, findDigest } from './digest.ts'

const MGF1 = '1.2.840.113549.1.1.8'

/** The AlgorithmIdentifier in an explicit tag. */
export function explicitAlgorithm(element: Element): AlgorithmIdentifier {
  const inside = childrenOf(element)
  const identifier = readAlgorithmIdentifier(inside)
  inside.end()
  return identifier
}

/** The digest in an explicit tag: SHA-1 where the field is absent, null where it is not known to us. */
export function explicitDigest(element: Element | null): DigestName | null {
  if (element === null) return 'sha-1'
  const identifier = explicitAlgorithm(element)
  if (!hasNoParameters(identifier)) {
    throw new PosternError('x509/malformed', 'a digest with parameters')
  }
  return findDigest(identifier.oid)
}

/** The digest of MGF1 in an explicit tag, by the same rules. */
export function explicitMgfDigest(element: Element | null): DigestName | null {
  if (element === null) return 'sha-1'
  const mgf = explicitAlgorithm(element)
  if (mgf.oid !== MGF1) return null
  if (mgf.parameters?.tag !== SEQUENCE) {
    throw new PosternError('x509/malformed', 'MGF1 without its digest')
  }
  const digest = childrenOf(mgf.parameters)
  const name = findDigest(oidOf(digest.next(OID)))
  if (!digest.atEnd) digest.next()
  digest.end()
  return name
}

/** DER of MGF1 with a digest. */
export function mgfIdentifier(digest: DigestName): Bytes {
  return algorithmIdentifier(MGF1, digestIdentifierWithNull(digest))
}
