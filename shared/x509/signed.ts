import { type Cursor, type Element, encodedOf } from '../asn1/reader.ts'
import { BIT_STRING, SEQUENCE } from '../asn1/tags.ts'
import { wholeBitStringOf } from '../asn1/values.ts'
import { type Bytes, sameBytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from './algorithm-identifier.ts'

/** What certificates, CRLs and OCSP responses begin with: signed fields and a signature over their DER. */
export type Signed = {
  readonly tbs: Element
  readonly algorithm: AlgorithmIdentifier
  readonly signature: Bytes
}

/** Reads the three parts that come next; OCSP has more behind them. */
export function readSigned(fields: Cursor): Signed {
  const tbs = fields.next(SEQUENCE)
  const algorithm = readAlgorithmIdentifier(fields)
  return { tbs, algorithm, signature: wholeBitStringOf(fields.next(BIT_STRING)) }
}

/**
 * Asserts that the algorithm inside the signed fields is the one beside them (RFC 5280 §4.1.1.2, §5.1.1.2).
 * @throws PosternError `x509/malformed`
 */
export function assertSameAlgorithm(inner: AlgorithmIdentifier, outer: AlgorithmIdentifier): void {
  if (!sameBytes(encodedOf(inner.element), encodedOf(outer.element))) {
    throw new PosternError('x509/malformed', 'two different signature algorithms')
  }
}
