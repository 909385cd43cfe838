import { type Bytes, utf8 } from '../bytes.ts'
import { isPosternError, PosternError } from '../errors.ts'
import { type Headers, parseHeaders } from '../mime/headers.ts'
import { MIME_LIMITS } from '../mime/limits.ts'
import { parseEntity } from '../mime/parse.ts'
import { isCompoundFile, isTnef } from '../outlook/signatures.ts'
import { findCms } from './armour.ts'
import { type Content, readContent } from './content.ts'
import { type Payload, readProtection } from './header-protection.ts'
import type { Inside } from './interpret.ts'
import { judgeLayer } from './judge.ts'
import type { OpenedMessage } from './opened-message.ts'
import { peel, type Peeled, type PeeledLayer } from './peel.ts'
import type { Reader } from './reader.ts'
import { findSender, showHeaders } from './shown-headers.ts'
import { withTnefUnpacked } from './unpack-tnef.ts'
import type { EncryptionVerdict, Layer, SignatureVerdict } from './verdict.ts'

/**
 * Opens a message, Outlook's .msg, or a bare CMS object in DER, BER, PEM or base64: takes off the layers at its root, verifies
 * the signatures, and gives what may be shown with one verdict each on encryption and signature. A bad message
 * is a verdict, never an error.
 * @param bytes stay as they are, unless `given`: then their memory is freed as soon as nothing of it is needed
 * @throws PosternError what the key service threw when it stopped us; `mime/limit` for a message out of bounds
 */
export async function open(
  bytes: Bytes,
  reader: Reader,
  { given = false }: { readonly given?: boolean } = {},
): Promise<OpenedMessage> {
  const { headers: outer, outermost } = await readInput(bytes, reader, given)
  const peeled = await peel(outermost, reader, given ? null : bytes)
  const payload = payloadOf(peeled, outermost)
  const inner = payload?.headers ?? null
  const headers = showHeaders(outer, inner)
  const claim = { sender: findSender(outer, inner), date: headers.date }
  const layers = reportLayers(peeled.layers, (layer) => judgeLayer(layer, claim))
  const { body, attachments } = await withTnefUnpacked(shownContent(peeled, payload))
  return {
    headers,
    body,
    attachments,
    encryption: encryptionOf(layers),
    signature: signatureOf(layers),
    layers,
  }
}

type Input = { readonly headers: Headers; readonly outermost: Inside }

async function readInput(bytes: Bytes, reader: Reader, given: boolean): Promise<Input> {
  if (bytes.length > MIME_LIMITS.messageBytes) {
    throw new PosternError('mime/limit', 'The message is too large.')
  }
  if (isCompoundFile(bytes)) return readMessageFile(bytes)
  const object = findCms(bytes, given)
  if (object !== null) {
    const from = reader.from === undefined ? '' : `From: ${reader.from}`
    return { headers: parseHeaders(utf8(`${from}\r\n\r\n`)), outermost: { kind: 'cms', object } }
  }
  const entity = parseEntity(bytes)
  return { headers: entity.headers, outermost: { kind: 'entity', entity } }
}

/** Outlook's .msg, by a reader that is loaded when one comes. A damaged one is a file that holds no message. */
async function readMessageFile(bytes: Bytes): Promise<Input> {
  const { mailOfMessageFile } = await import('./outlook-message.ts')
  try {
    const entity = parseEntity(mailOfMessageFile(bytes))
    return { headers: entity.headers, outermost: { kind: 'entity', entity } }
  } catch (error) {
    if (!isPosternError(error, 'mime/malformed')) throw error
    return { headers: parseHeaders(new Uint8Array()), outermost: { kind: 'bytes', bytes } }
  }
}

/** The innermost entity without its wrapper. Fields in it are protected only where a layer lies around them. */
function payloadOf({ layers, payload }: Peeled, outermost: Inside): Payload | null {
  if (payload?.kind !== 'entity') return null
  const { entity } = payload
  const protects = layers.some((layer) => layer.kind === 'encrypted' || isSound(layer))
  if (outermost.kind === 'entity' && entity === outermost.entity) return unprotected(entity)
  return protects ? readProtection(entity) : unprotected(entity)
}

function unprotected(content: Payload['content']): Payload {
  return { content, headers: null, legacyDisplay: false }
}

function isSound(layer: PeeledLayer): boolean {
  if (layer.kind !== 'signed') return false
  const { fault, signers } = layer.signed
  return fault === null && signers.every((finding) => finding.fault === null)
}

function shownContent(peeled: Peeled, payload: Payload | null): Content {
  if (payload !== null) return readContent(payload.content, payload.legacyDisplay)
  if (peeled.payload === null) return textAlone([])
  switch (peeled.payload.kind) {
    case 'text':
      return textAlone([{ kind: 'text', text: peeled.payload.text }])
    case 'bytes':
      return fileAlone(peeled.payload.bytes)
    case 'entity':
      return readContent(peeled.payload.entity)
  }
}

function textAlone(body: Content['body']): Content {
  return { body, attachments: [], packages: [] }
}

function fileAlone(bytes: Bytes): Content {
  const file = {
    name: 'content.bin',
    mediaType: 'application/octet-stream',
    size: bytes.length,
    bytes: () => Promise.resolve(bytes.slice()),
    contentId: null,
    inline: false,
    encryptedPart: false,
  }
  return { body: [], attachments: [file], packages: isTnef(bytes) ? [file] : [] }
}

function reportLayers(
  layers: readonly PeeledLayer[],
  judge: (layer: Extract<PeeledLayer, { kind: 'signed' }>['signed']) => SignatureVerdict,
): Layer[] {
  const inmostEnvelope = layers.findLastIndex((layer) => layer.kind === 'encrypted')
  const counting = layers.findIndex(
    (layer, index) => layer.kind === 'signed' && index > inmostEnvelope,
  )
  return layers.map((layer, index): Layer => {
    if (layer.kind !== 'signed') return layer
    const { form } = layer.signed
    return { kind: 'signed', form, verdict: judge(layer.signed), counts: index === counting }
  })
}

/** The first layer that did not open, else the outermost that did. */
function encryptionOf(layers: readonly Layer[]): EncryptionVerdict {
  const verdicts = layers.flatMap((layer) => (layer.kind === 'encrypted' ? [layer.verdict] : []))
  return verdicts.find(({ kind }) => kind !== 'decrypted') ?? verdicts[0] ?? { kind: 'none' }
}

/** The outermost signature inside all encryption. One that lies only outside is a note about the envelope. */
function signatureOf(layers: readonly Layer[]): SignatureVerdict {
  const counting = layers.find((layer) => layer.kind === 'signed' && layer.counts)
  return counting?.kind === 'signed' ? counting.verdict : { kind: 'none' }
}
