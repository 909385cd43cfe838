import type { Bytes } from '../bytes.ts'
import { parseCompressedData } from '../cms/compressed-data.ts'
import { type ContentInfo, parseContentInfo } from '../cms/content-info.ts'
import { inflate } from '../cms/inflate.ts'
import type { SignedData } from '../cms/signed-data.ts'
import { isPosternError, PosternError } from '../errors.ts'
import { canonicalLines } from '../mime/canonical.ts'
import { decodedBody, decodedInPlace, type Entity, parseEntity } from '../mime/parse.ts'
import { release } from '../release.ts'
import { type BoundedReader, boundReader } from './bounded-reader.ts'
import { openEnvelope } from './encrypted-layer.ts'
import { rootOf } from './grammar.ts'
import { type Inside, interpret } from './interpret.ts'
import type { Reader } from './reader.ts'
import {
  malformedLayer,
  readSignedData,
  type SignedLayer,
  verifyDetached,
  verifyOpaque,
} from './signed-layer.ts'
import { summariseCertificate } from './summarise.ts'
import type { EncryptionVerdict, Layer } from './verdict.ts'

/** A layer as it was found, outermost first. */
export type PeeledLayer =
  | { readonly kind: 'encrypted'; readonly verdict: EncryptionVerdict }
  | { readonly kind: 'signed'; readonly signed: SignedLayer }
  | Extract<Layer, { kind: 'compressed' | 'certificates' }>

/** The layers, and what is left inside: null where it may not or cannot be shown. */
export type Peeled = {
  readonly layers: readonly PeeledLayer[]
  readonly payload: Exclude<Inside, { kind: 'cms' }> | null
}

/** One step inwards; `inside: null` is the end. `plain` says that there is no further layer. */
type Step =
  | { readonly kind: 'plain'; readonly payload: Exclude<Inside, { kind: 'cms' }> }
  | { readonly kind: 'layer'; readonly layer: PeeledLayer; readonly inside: Inside | null }
  /** An object of a type that carries no message. */
  | { readonly kind: 'nothing' }

const MAX_LAYERS = 10 // triple wrapping has three; each encrypted layer costs an operation of the token

/**
 * Takes S/MIME layers off the root, again while what comes out is such a layer itself. A broken signature is
 * peeled like a good one: its verdict goes along. Anything below another part stays closed.
 * @param lent as in `boundReader`
 * @throws PosternError when the key service stopped us; `mime/limit`
 */
export async function peel(outermost: Inside, reader: Reader, lent: Bytes | null): Promise<Peeled> {
  const bounded = boundReader(reader, lent)
  const layers: PeeledLayer[] = []
  let inside: Inside | null = outermost
  while (inside !== null) {
    if (layers.length === MAX_LAYERS) {
      const what = `${String(MAX_LAYERS)} layers in each other`
      layers.push(encrypted({ kind: 'unsupported', contentAlgorithm: null, what }))
      break
    }
    const step: Step = await takeOne(inside, bounded)
    if (step.kind === 'plain') return { layers, payload: step.payload }
    if (step.kind === 'nothing') break
    layers.push(step.layer)
    inside = step.inside
  }
  return { layers, payload: null }
}

function takeOne(inside: Inside, reader: BoundedReader): Promise<Step> | Step {
  switch (inside.kind) {
    case 'text':
    case 'bytes':
      return { kind: 'plain', payload: inside }
    case 'cms':
      return takeObject(inside.object, 'encrypted', reader)
    case 'entity':
      return takeEntity(inside.entity, reader)
  }
}

function takeEntity(entity: Entity, reader: BoundedReader): Promise<Step> | Step {
  const owned = reader.owns(entity.raw)
  const root = rootOf(entity, owned ? decodedInPlace : decodedBody)
  switch (root.kind) {
    case 'plain':
      return { kind: 'plain', payload: { kind: 'entity', entity } }
    case 'malformed-signed':
      return {
        kind: 'layer',
        layer: signed(malformedLayer('detached')),
        inside: withoutLayer(entity),
      }
    case 'signed':
      return takeDetached(root.content, root.signature, reader)
    case 'cms':
      if (owned && root.object !== null && root.object.buffer !== entity.raw.buffer) {
        release(entity.raw)
      }
      return takeObject(root.object, root.claims, reader)
  }
}

/** The parts of a malformed multipart/signed, to be shown as they are and not peeled again. */
function withoutLayer(entity: Entity): Inside {
  const contentType = { ...entity.contentType, value: 'multipart/mixed' }
  return { kind: 'entity', entity: { ...entity, contentType } }
}

async function takeDetached(
  content: Entity,
  signature: Bytes | null,
  reader: BoundedReader,
): Promise<Step> {
  const data = signature === null ? null : readSignedData(signature)
  const canonical = canonicalLines(content.raw)
  const layer = await verifyDetached(data, canonical, reader)
  // What is shown and saved are the bytes that were verified: to a file, a line end is content.
  const entity = canonical === content.raw ? content : parseEntity(canonical)
  return { kind: 'layer', layer: signed(layer), inside: { kind: 'entity', entity } }
}

async function takeObject(
  object: Bytes | null,
  claims: 'signed' | 'encrypted',
  reader: BoundedReader,
): Promise<Step> {
  const info = object === null ? null : infoOrNull(object)
  if (object === null || info === null) return unreadable(claims)
  switch (info.contentType) {
    case 'signed-data':
      return takeSigned(object, reader)
    case 'enveloped-data':
    case 'auth-enveloped-data': {
      const { verdict, inside } = await openEnvelope(info, object, reader)
      return { kind: 'layer', layer: encrypted(verdict), inside }
    }
    case 'compressed-data':
      return takeCompressed(info, reader)
    case 'encrypted-data':
    case 'authenticated-data':
    case 'digested-data':
    case 'data':
    case 'other':
      return refuse(info)
  }
}

/** No layer could be read: then it is the one that the message says it is, and broken. */
function unreadable(claims: 'signed' | 'encrypted'): Step {
  if (claims === 'signed')
    return { kind: 'layer', layer: signed(malformedLayer('opaque')), inside: null }
  const reason = 'the encrypted object cannot be read'
  const verdict = { kind: 'damaged', contentAlgorithm: null, reason } as const
  return { kind: 'layer', layer: encrypted(verdict), inside: null }
}

async function takeSigned(object: Bytes, reader: BoundedReader): Promise<Step> {
  const data = readSignedData(object)
  if (data === null) return unreadable('signed')
  if (data.content === null) return takeAlone(data, reader)
  const layer = await verifyOpaque(data, reader)
  return { kind: 'layer', layer: signed(layer), inside: interpret(data.content) }
}

/** SignedData without content: certificates only, or a detached signature whose content lies beside it. */
async function takeAlone(data: SignedData, reader: BoundedReader): Promise<Step> {
  if (data.signers.length === 0) return certificatesOnly(data)
  const content = reader.detachedContent
  if (content === undefined) return unreadable('signed')
  const layer = await verifyDetached(data, content, reader)
  return { kind: 'layer', layer: signed(layer), inside: interpret(content) }
}

/** RFC 8551 §3.8: they travel alone; nothing is signed. */
async function certificatesOnly({ certificates }: SignedData): Promise<Step> {
  const summaries = await Promise.all(certificates.map(summariseCertificate))
  const layer = { kind: 'certificates', certificates: summaries } as const
  return { kind: 'layer', layer, inside: null }
}

/** RFC 3274. Packing protects nothing: what was inside is judged as if it had come without. */
async function takeCompressed({ content }: ContentInfo, reader: BoundedReader): Promise<Step> {
  try {
    const packed = parseCompressedData(content)
    if (!reader.inflations.spend()) throw new PosternError('cms/limit', 'compressed too often')
    const inside = interpret(await inflate(packed))
    return { kind: 'layer', layer: { kind: 'compressed', algorithm: 'zlib' }, inside }
  } catch (error) {
    if (!isPosternError(error) || error.code === 'mime/limit') throw error
    const { code, message } = error
    const verdict: EncryptionVerdict =
      code === 'cms/unsupported'
        ? { kind: 'unsupported', contentAlgorithm: null, what: message }
        : { kind: 'damaged', contentAlgorithm: null, reason: message }
    return { kind: 'layer', layer: encrypted(verdict), inside: null }
  }
}

function refuse({ contentType, contentTypeOid }: ContentInfo): Step {
  if (contentType === 'digested-data' || contentType === 'data') return { kind: 'nothing' }
  const what = contentType === 'other' ? `content of type ${contentTypeOid}` : contentType
  const verdict = { kind: 'unsupported', contentAlgorithm: null, what } as const
  return { kind: 'layer', layer: encrypted(verdict), inside: null }
}

function infoOrNull(object: Bytes): ContentInfo | null {
  try {
    return parseContentInfo(object)
  } catch (error) {
    if (isPosternError(error)) return null
    throw error
  }
}

function signed(layer: SignedLayer): PeeledLayer {
  return { kind: 'signed', signed: layer }
}

function encrypted(verdict: EncryptionVerdict): PeeledLayer {
  return { kind: 'encrypted', verdict }
}
