import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { decodeBase64 } from './base64-body.ts'
import { decodeTransfer, transferSize } from './encodings.ts'
import { type Headers, headerValue, parseHeaders } from './headers.ts'
import { MIME_LIMITS, type MimeLimits } from './limits.ts'
import { splitMultipart } from './multipart.ts'
import { type Parameterized, parseParameterized } from './parameters.ts'

/**
 * A message or part (RFC 2045 §2.4). `raw` and `body` are windows on the bytes that were parsed, nothing is
 * copied or decoded: `raw` is the whole entity, without the line break that belongs to the next boundary.
 */
export type Entity = {
  readonly raw: Bytes
  readonly body: Bytes
  readonly headers: Headers
  readonly contentType: Parameterized
  /** Content-Disposition (RFC 2183); the value is empty when there is none. */
  readonly disposition: Parameterized
  /** Of a multipart; empty for a leaf. */
  readonly parts: readonly Entity[]
}

/**
 * The structure of a message or part, down to its leaves. Attached messages are leaves.
 * @throws PosternError `mime/limit` when it is larger, deeper or in more parts than `limits` allow
 */
export function parseEntity(bytes: Bytes, limits: MimeLimits = MIME_LIMITS): Entity {
  if (bytes.length > limits.messageBytes)
    throw new PosternError('mime/limit', 'The message is too large.')
  return parseAt(bytes, TEXT, 0, { parts: limits.parts, scan: limits.scannedBytes }, limits)
}

const TEXT = 'text/plain' // RFC 2045 §5.2, also where the field cannot be read
const MESSAGE = 'message/rfc822' // RFC 2046 §5.1.5

/** What is left of the limits that concern the message as a whole. */
type Left = { parts: number; scan: number }

function parseAt(
  raw: Bytes,
  defaultType: string,
  depth: number,
  left: Left,
  limits: MimeLimits,
): Entity {
  if (depth > limits.depth)
    throw new PosternError('mime/limit', 'The parts of the message are nested too deep.')
  if (left.parts-- <= 0) throw new PosternError('mime/limit', 'The message has too many parts.')
  const headers = parseHeaders(raw, limits.headerBytes)
  const body = raw.subarray(headers.end)
  const contentType = contentTypeOf(headers, defaultType)
  const ranges = partRanges(body, contentType, left)
  const partType = contentType.value === 'multipart/digest' ? MESSAGE : TEXT
  const parts = ranges.map((range) => parseAt(range, partType, depth + 1, left, limits))
  const disposition = parseParameterized(headerValue(headers, 'content-disposition') ?? '')
  return { raw, body, headers, contentType, disposition, parts }
}

function partRanges(body: Bytes, { value, parameters }: Parameterized, left: Left): Bytes[] {
  const boundary = value.startsWith('multipart/') ? (parameters.get('boundary') ?? '') : ''
  if (boundary === '') return []
  left.scan -= body.length
  if (left.scan < 0)
    throw new PosternError('mime/limit', 'The message is nested too deep for its size.')
  return splitMultipart(body, boundary, left.parts + 1)
}

function contentTypeOf(headers: Headers, defaultType: string): Parameterized {
  const field = headerValue(headers, 'content-type')
  const parsed = parseParameterized(field ?? '')
  return /^[^\s/]+\/[^\s/]+$/.test(parsed.value) ? parsed : { ...parsed, value: defaultType }
}

/** The body of a leaf, its transfer encoding undone (RFC 2045 §6). */
export function decodedBody(entity: Entity): Bytes {
  return decodeTransfer(entity.body, transferEncoding(entity))
}

/** `decodedBody`, written over the body where that is shorter: for an entity that nobody reads any more. */
export function decodedInPlace(entity: Entity): Bytes {
  const isBase64 = transferEncoding(entity) === 'base64'
  return isBase64 ? decodeBase64(entity.body, entity.body) : decodedBody(entity)
}

/** The length of `decodedBody`, without decoding it. */
export function decodedSize(entity: Entity): number {
  return transferSize(entity.body, transferEncoding(entity))
}

const HEAD = 256 // bytes as they travel, with blank lines before them

/** How `decodedBody` begins: a few bytes, to tell what it is. */
export function decodedHead(entity: Entity): Bytes {
  return decodeTransfer(entity.body.subarray(0, HEAD), transferEncoding(entity))
}

function transferEncoding(entity: Entity): string {
  const field = headerValue(entity.headers, 'content-transfer-encoding') ?? ''
  return parseParameterized(field).value
}

/** The file name that the part gives itself, decoded but not made safe; null when it has none. */
export function declaredName(entity: Entity): string | null {
  return (
    entity.disposition.parameters.get('filename') ??
    entity.contentType.parameters.get('name') ??
    null
  )
}
