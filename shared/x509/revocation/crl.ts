import {
  childrenOf,
  type Cursor,
  type Element,
  encodedOf,
  read,
  readWhole,
} from '../../asn1/reader.ts'
import { context, GENERALIZED_TIME, INTEGER, SEQUENCE, UTC_TIME } from '../../asn1/tags.ts'
import { readTime } from '../../asn1/time.ts'
import { smallIntegerOf } from '../../asn1/values.ts'
import type { Bytes } from '../../bytes.ts'
import { isPosternError, PosternError } from '../../errors.ts'
import { readAlgorithmIdentifier } from '../algorithm-identifier.ts'
import { readExtensionList } from '../extension-list.ts'
import { type Name, parseName } from '../name.ts'
import { type SignatureAlgorithm, toSignatureAlgorithm } from '../signature-algorithm.ts'
import { assertSameAlgorithm, readSigned } from '../signed.ts'
import { type CrlScope, readCrlScope, WHOLE_SCOPE } from './crl-scope.ts'
import type { Window } from './statement.ts'

/** A CRL (RFC 5280 §5), parsed as far as its entries, which are scanned when asked. Nothing has been verified. */
export type Crl = Window & {
  readonly kind: 'crl'
  /** DER of the TBSCertList: what the signature is over. */
  readonly tbs: Bytes
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly signature: Bytes
  readonly issuerName: Name
  readonly scope: CrlScope
  /** It lists changes since another (RFC 5280 §5.2.4). */
  readonly isDelta: boolean
  /** Critical extensions that nothing here understands: it must not be used. */
  readonly unknownCritical: readonly string[]
  /** The SEQUENCE OF revokedCertificates; null where nothing is revoked. */
  readonly entries: Element | null
}

const MAX_CRL_BYTES = 64 * 1024 * 1024 // the largest public ones have under 40 MB

const ISSUING_DISTRIBUTION_POINT = '2.5.29.28'
const DELTA_INDICATOR = '2.5.29.27'
/** Understood, or of no matter here: authorityKeyIdentifier, issuerAltName, cRLNumber. */
const HARMLESS = ['2.5.29.35', '2.5.29.18', '2.5.29.20']

/**
 * Parses one DER CRL, with nothing behind it. Its entries are not looked at yet.
 * @throws PosternError `x509/malformed`
 */
export function parseCrl(der: Bytes): Crl {
  if (der.length > MAX_CRL_BYTES) throw new PosternError('x509/malformed', 'The CRL is too large.')
  try {
    return parse(der)
  } catch (error) {
    if (!isPosternError(error)) throw error
    throw new PosternError('x509/malformed', 'The CRL cannot be read.', { cause: error })
  }
}

function parse(der: Bytes): Crl {
  const list = childrenOf(readWhole(der, 'der', SEQUENCE))
  const { tbs, algorithm, signature } = readSigned(list)
  list.end()
  const fields = childrenOf(tbs)
  const version = fields.nextIf(INTEGER)
  if (version !== null && smallIntegerOf(version) !== 1) {
    throw new PosternError('x509/malformed', 'an unknown CRL version')
  }
  assertSameAlgorithm(readAlgorithmIdentifier(fields), algorithm)
  const issuerName = parseName(fields.next(SEQUENCE))
  const thisUpdate = readTime(fields)
  const next = fields.peek()
  const nextUpdate = next === UTC_TIME || next === GENERALIZED_TIME ? readTime(fields) : null
  const entries = fields.nextIf(SEQUENCE)
  const extensions = readCrlExtensions(fields.nextIf(context(0)))
  fields.end()
  return {
    kind: 'crl',
    tbs: encodedOf(tbs),
    signatureAlgorithm: toSignatureAlgorithm(algorithm),
    signature,
    issuerName,
    thisUpdate,
    nextUpdate,
    entries,
    ...extensions,
  }
}

function readCrlExtensions(
  tagged: Element | null,
): Pick<Crl, 'scope' | 'isDelta' | 'unknownCritical'> {
  if (tagged === null) return { scope: WHOLE_SCOPE, isDelta: false, unknownCritical: [] }
  const inside = childrenOf(tagged)
  const extensions = readExtensionList(inside)
  inside.end()
  const point = extensions.find(({ id }) => id === ISSUING_DISTRIBUTION_POINT)
  const understood = [...HARMLESS, ISSUING_DISTRIBUTION_POINT, DELTA_INDICATOR]
  const unknown = extensions.filter(({ critical, id }) => critical && !understood.includes(id))
  return {
    scope: point === undefined ? WHOLE_SCOPE : whole(read(point.value, 'der'), readCrlScope),
    isDelta: extensions.some(({ id }) => id === DELTA_INDICATOR),
    unknownCritical: unknown.map(({ id }) => id),
  }
}

function whole<T>(cursor: Cursor, readOne: (cursor: Cursor) => T): T {
  const value = readOne(cursor)
  cursor.end()
  return value
}
