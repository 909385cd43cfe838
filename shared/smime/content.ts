import type { Bytes } from '../bytes.ts'
import { isPosternError, PosternError } from '../errors.ts'
import { safeAttachmentName } from '../mime/attachment-name.ts'
import { decodeText } from '../mime/charset.ts'
import { headerText, headerValue } from '../mime/headers.ts'
import { MIME_LIMITS } from '../mime/limits.ts'
import {
  declaredName,
  decodedBody,
  decodedHead,
  decodedSize,
  type Entity,
  parseEntity,
} from '../mime/parse.ts'
import { isTnef } from '../outlook/signatures.ts'
import { withoutLegacyHtml, withoutLegacyText } from './header-protection.ts'
import { isCmsLeaf } from './grammar.ts'
import type { Attachment, BodyLeaf } from './opened-message.ts'

/** What a reader sees of an entity: leaves to read in their order, each alone, and everything else to save. */
export type Content = {
  readonly body: readonly BodyLeaf[]
  readonly attachments: readonly Attachment[]
  /** Those of them that Outlook packed others in (TNEF), told by how they begin. */
  readonly packages: readonly Attachment[]
}

const MAX_ATTACHED_DEPTH = 5 // messages in messages that are shown in place; deeper ones are only listed

type Gathering = {
  readonly body: BodyLeaf[]
  readonly attachments: Attachment[]
  readonly packages: Attachment[]
  readonly legacyDisplay: boolean
}

/**
 * The content of an entity. S/MIME objects below it are listed and never opened: only the root is peeled.
 * Of alternatives the richest that can be shown is taken.
 * @throws PosternError `mime/limit` when attached messages bring more parts than one message may have
 */
export function readContent(entity: Entity, legacyDisplay = false): Content {
  const gathering: Gathering = { body: [], attachments: [], packages: [], legacyDisplay }
  gather(entity, gathering, 0)
  const { body, attachments, packages } = gathering
  return { body, attachments, packages }
}

function gather(entity: Entity, into: Gathering, depth: number): void {
  const { value } = entity.contentType
  if (entity.parts.length === 0) gatherLeaf(entity, into, depth)
  else if (value === 'multipart/alternative') gatherAlternative(entity.parts, into, depth)
  else if (value === 'multipart/related') gatherRelated(entity, into, depth)
  else for (const part of entity.parts) gather(part, into, depth)
}

function gatherLeaf(entity: Entity, into: Gathering, depth: number): void {
  if (into.body.length + into.attachments.length >= MIME_LIMITS.parts) {
    throw new PosternError('mime/limit', 'The message has too many parts.')
  }
  const kind = displayKind(entity)
  if (kind === 'none') {
    gatherAttachment(entity, into, false)
    if (entity.contentType.value === 'message/rfc822') gatherMessage(entity, into, depth)
  } else into.body.push(toBodyLeaf(entity, kind, into.legacyDisplay))
}

/** How a leaf can be shown. A multipart in which no part was found is shown as the text that it is. */
function displayKind(entity: Entity): 'html' | 'text' | 'none' {
  if (entity.disposition.value === 'attachment' || isCmsLeaf(entity)) return 'none'
  const { value } = entity.contentType
  if (value === 'text/html') return 'html'
  return value === 'text/plain' || value.startsWith('multipart/') ? 'text' : 'none'
}

function toBodyLeaf(entity: Entity, kind: 'html' | 'text', legacyDisplay: boolean): BodyLeaf {
  const { parameters } = entity.contentType
  const decoded = decodeText(decodedBody(entity), parameters.get('charset') ?? null)
  const text = decoded.replaceAll('\r\n', '\n')
  const legacy = legacyDisplay && parameters.get('hp-legacy-display') === '1'
  if (kind === 'html') return { kind, html: legacy ? withoutLegacyHtml(text) : text }
  return { kind, text: legacy ? withoutLegacyText(text) : text }
}

function gatherAlternative(parts: readonly Entity[], into: Gathering, depth: number): void {
  const riches = parts.map(richness)
  const most = Math.max(...riches)
  const best = parts[riches.lastIndexOf(most)]
  for (const part of parts) {
    if (part === best || most === 0) gather(part, into, depth)
    else for (const leaf of leavesOf(part)) if (richness(leaf) === 0) gatherLeaf(leaf, into, depth)
  }
}

/** 2 for HTML, 1 for text, 0 for what cannot be shown; of a multipart, its best. */
function richness(entity: Entity): number {
  if (entity.parts.length > 0) return Math.max(...entity.parts.map(richness))
  switch (displayKind(entity)) {
    case 'html':
      return 2
    case 'text':
      return 1
    case 'none':
      return 0
  }
}

function leavesOf(entity: Entity): Entity[] {
  return entity.parts.length === 0 ? [entity] : entity.parts.flatMap(leavesOf)
}

/** RFC 2387: the root is read, the others are what it shows inside itself. */
function gatherRelated(entity: Entity, into: Gathering, depth: number): void {
  const start = entity.contentType.parameters.get('start')
  const named = entity.parts.find(
    (part) => start !== undefined && headerValue(part.headers, 'content-id') === start,
  )
  const root = named ?? entity.parts[0]
  for (const part of entity.parts) {
    if (part === root || part.parts.length > 0) gather(part, into, depth)
    else gatherAttachment(part, into, true)
  }
}

/** A message attached to this one: listed, and its own text in place, under the fields that name its sender. */
function gatherMessage(entity: Entity, into: Gathering, depth: number): void {
  const message = depth < MAX_ATTACHED_DEPTH ? parsedOrNull(entity) : null
  if (message === null) return
  const fields = ['From', 'Date', 'Subject'].flatMap((name) => {
    const text = headerText(message.headers, name.toLowerCase())
    return text === null ? [] : [`${name}: ${text}`]
  })
  into.body.push({ kind: 'text', text: fields.join('\n') })
  gather(message, into, depth + 1)
}

function parsedOrNull(entity: Entity): Entity | null {
  try {
    return parseEntity(decodedBody(entity))
  } catch (error) {
    if (isPosternError(error, 'mime/limit')) return null
    throw error
  }
}

function gatherAttachment(entity: Entity, into: Gathering, inline: boolean): void {
  const attachment = toAttachment(entity, inline)
  into.attachments.push(attachment)
  if (isTnef(decodedHead(entity))) into.packages.push(attachment)
}

function toAttachment(entity: Entity, inline: boolean): Attachment {
  const mediaType = entity.contentType.value
  const contentId = headerValue(entity.headers, 'content-id')?.replace(/^<|>$/g, '') ?? null
  return {
    name: safeAttachmentName(declaredName(entity), fallbackName(mediaType)),
    mediaType,
    size: decodedSize(entity),
    bytes: () => Promise.resolve(ownBytes(entity)),
    contentId,
    inline: inline || (contentId !== null && entity.disposition.value !== 'attachment'),
    encryptedPart: isCmsLeaf(entity),
  }
}

/** Never a view on the message, so that its memory may be given away. */
function ownBytes(entity: Entity): Bytes {
  const bytes = decodedBody(entity)
  return bytes.buffer === entity.raw.buffer ? bytes.slice() : bytes
}

function fallbackName(mediaType: string): string {
  if (mediaType === 'message/rfc822') return 'message.eml'
  if (mediaType === 'text/calendar') return 'event.ics'
  const subtype = /^(?:image|audio|video)\/([a-z0-9]{2,5})$/.exec(mediaType)?.[1]
  return subtype === undefined ? 'attachment' : `attachment.${subtype}`
}
