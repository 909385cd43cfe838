import { childrenOf, type Cursor, type Element, encodedOf, readWhole } from '../../asn1/reader.ts'
import { context, ENUMERATED, INTEGER, OCTET_STRING, OID, SEQUENCE } from '../../asn1/tags.ts'
import { readTime } from '../../asn1/time.ts'
import { octetsOf, oidOf, smallIntegerOf } from '../../asn1/values.ts'
import type { Bytes } from '../../bytes.ts'
import { isPosternError, PosternError } from '../../errors.ts'
import { type Certificate, readableCertificates } from '../certificate.ts'
import { readExtensionList } from '../extension-list.ts'
import { type Name, parseName } from '../name.ts'
import { type SignatureAlgorithm, toSignatureAlgorithm } from '../signature-algorithm.ts'
import { readSigned } from '../signed.ts'
import { type OcspAnswer, readAnswer } from './ocsp-answer.ts'

/** Who says to have made a response (RFC 6960 §4.2.2.3); a key goes by the SHA-1 of its octets. */
export type ResponderId =
  { readonly kind: 'name'; readonly name: Name } | { readonly kind: 'key'; readonly keyHash: Bytes }

/** A BasicOCSPResponse (RFC 6960 §4.2.1), parsed. Nothing in it has been verified. */
export type OcspResponse = {
  readonly kind: 'ocsp'
  /** DER of the ResponseData: what the signature is over. */
  readonly tbs: Bytes
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly signature: Bytes
  readonly responder: ResponderId
  readonly answers: readonly OcspAnswer[]
  /** Brought along, for the responder to be known by. */
  readonly certificates: readonly Certificate[]
  /** Critical extensions of the whole response: none are understood, so that it must not be used. */
  readonly unknownCritical: readonly string[]
}

const MAX_RESPONSE_BYTES = 256 * 1024 // honest ones have under 10 KB
const MAX_ANSWERS = 100 // one is what is asked for; some responders send a few ready-made ones
const MAX_CERTIFICATES = 10 // the responder's, and perhaps its chain
const BASIC_RESPONSE = '1.3.6.1.5.5.7.48.1.1'
const SUCCESSFUL = 0

/**
 * Parses one DER OCSPResponse, with nothing behind it.
 * @throws PosternError `x509/malformed`, also where it says that the responder could not answer
 */
export function parseOcspResponse(der: Bytes): OcspResponse {
  if (der.length > MAX_RESPONSE_BYTES) {
    throw new PosternError('x509/malformed', 'The OCSP response is too large.')
  }
  try {
    return parse(der)
  } catch (error) {
    if (!isPosternError(error)) throw error
    throw new PosternError('x509/malformed', 'The OCSP response cannot be read.', { cause: error })
  }
}

function parse(der: Bytes): OcspResponse {
  const basic = childrenOf(readWhole(readBasicResponse(der), 'der', SEQUENCE))
  const { tbs, algorithm, signature } = readSigned(basic)
  const certificates = readCertificates(basic.nextIf(context(0)))
  basic.end()
  return {
    kind: 'ocsp',
    tbs: encodedOf(tbs),
    signatureAlgorithm: toSignatureAlgorithm(algorithm),
    signature,
    certificates,
    ...readResponseData(childrenOf(tbs)),
  }
}

/** The octets of the only type of response there is. */
function readBasicResponse(der: Bytes): Bytes {
  const fields = childrenOf(readWhole(der, 'der', SEQUENCE))
  const status = smallIntegerOf(fields.next(ENUMERATED))
  if (status !== SUCCESSFUL) {
    throw new PosternError('x509/malformed', `an OCSP responder that answers with error ${status}`)
  }
  const tagged = childrenOf(fields.next(context(0)))
  fields.end()
  const response = tagged.sequence()
  tagged.end()
  const type = oidOf(response.next(OID))
  const octets = octetsOf(response.next(OCTET_STRING))
  response.end()
  if (type !== BASIC_RESPONSE) throw new PosternError('x509/malformed', 'another type of response')
  return octets
}

function readResponseData(
  fields: Cursor,
): Pick<OcspResponse, 'responder' | 'answers' | 'unknownCritical'> {
  readVersion(fields.nextIf(context(0)))
  const responder = parseResponder(fields.next())
  readTime(fields) // producedAt: what counts is the time of each answer
  const answers: OcspAnswer[] = []
  const list = fields.sequence()
  while (!list.atEnd) {
    if (answers.length === MAX_ANSWERS) throw new PosternError('asn1/limit', 'too many answers')
    answers.push(readAnswer(list))
  }
  const tagged = fields.nextIf(context(1))
  fields.end()
  const extensions = tagged === null ? [] : readExtensionList(childrenOf(tagged))
  const unknown = extensions.filter(({ critical }) => critical)
  return { responder, answers, unknownCritical: unknown.map(({ id }) => id) }
}

function readVersion(tagged: Element | null): void {
  if (tagged === null) return
  const inside = childrenOf(tagged)
  const version = smallIntegerOf(inside.next(INTEGER))
  inside.end()
  if (version !== 0) throw new PosternError('x509/malformed', 'an unknown OCSP version')
}

function parseResponder(element: Element): ResponderId {
  const inside = childrenOf(element)
  const id: ResponderId =
    element.tag === context(1)
      ? { kind: 'name', name: parseName(inside.next(SEQUENCE)) }
      : { kind: 'key', keyHash: octetsOf(inside.next(OCTET_STRING)) }
  inside.end()
  if (element.tag !== context(1) && element.tag !== context(2)) {
    throw new PosternError('x509/malformed', 'an unknown kind of responder')
  }
  return id
}

function readCertificates(tagged: Element | null): Certificate[] {
  if (tagged === null) return []
  const inside = childrenOf(tagged)
  const list = inside.sequence().rest(MAX_CERTIFICATES)
  inside.end()
  return readableCertificates(list.map(encodedOf))
}
