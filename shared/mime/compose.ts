import { type Bytes, concat, hex, utf8 } from '../bytes.ts'
import { safeAttachmentName } from './attachment-name.ts'
import { encodeBase64Lines, encodeQuotedPrintable } from './encodings.ts'
import { parameterizedField } from './fields.ts'

/** A part to be written: its media type, further fields without their line breaks, and the encoded body. */
export type Part = {
  readonly mediaType: string
  readonly parameters: Readonly<Record<string, string>>
  readonly fields: readonly string[]
  readonly body: Bytes
}

/** What a user attaches. `mediaType` is `type/subtype`, as the device says. */
export type AttachedFile = {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Bytes
}

/**
 * The content that a user wrote, as one part: text, or text with its HTML, with the attached files behind it.
 * @param parameters further ones of the media types of text and HTML
 */
export function composeContent(
  text: string,
  html: string | undefined,
  files: readonly AttachedFile[],
  parameters: Part['parameters'] = {},
): Part {
  const plain = textPart('text/plain', text, parameters)
  const written =
    html === undefined
      ? plain
      : multipart('multipart/alternative', [plain, textPart('text/html', html, parameters)])
  return files.length === 0
    ? written
    : multipart('multipart/mixed', [written, ...files.map(filePart)])
}

/** Text as quoted-printable: relays have no reason to touch it. */
function textPart(mediaType: string, text: string, parameters: Part['parameters']): Part {
  return {
    mediaType,
    parameters: { charset: 'utf-8', ...parameters },
    fields: ['Content-Transfer-Encoding: quoted-printable'],
    body: concat(encodeQuotedPrintable(text.toWellFormed()), utf8('\r\n')),
  }
}

function filePart({ name, mediaType, bytes }: AttachedFile): Part {
  const safe = safeAttachmentName(name, 'attachment')
  return {
    mediaType: isSimpleType(mediaType) ? mediaType.toLowerCase() : 'application/octet-stream',
    parameters: { name: safe },
    fields: [
      'Content-Transfer-Encoding: base64',
      parameterizedField('Content-Disposition', 'attachment', { filename: safe }),
    ],
    body: encodeBase64Lines(bytes),
  }
}

/** A media type that may be sent as base64: messages and multiparts may not (RFC 2046 §5). */
function isSimpleType(mediaType: string): boolean {
  return /^(?!multipart\/|message\/)[\w!#$&^.+-]{1,80}\/[\w!#$&^.+-]{1,80}$/i.test(mediaType)
}

/** A multipart of these parts, with a fresh boundary that cannot stand in any of them. */
function multipart(
  mediaType: string,
  parts: readonly Part[],
  parameters: Readonly<Record<string, string>> = {},
): Part {
  return multipartOf(
    mediaType,
    parts.map((part) => renderPart(part)),
    parameters,
  )
}

/** The same of parts that were written already, kept byte for byte. */
export function multipartOf(
  mediaType: string,
  parts: readonly Bytes[],
  parameters: Readonly<Record<string, string>> = {},
): Part {
  const boundary = `=_${hex(crypto.getRandomValues(new Uint8Array(16)))}`
  const body = parts.flatMap((part) => [utf8(`--${boundary}\r\n`), part, utf8('\r\n')])
  return {
    mediaType,
    parameters: { ...parameters, boundary },
    fields: [],
    body: concat(...body, utf8(`--${boundary}--\r\n`)),
  }
}

/** The bytes of a part, all lines ended by CRLF. `before` are fields that stand above the part's own. */
export function renderPart(part: Part, before: readonly string[] = []): Bytes {
  const type = parameterizedField('Content-Type', part.mediaType, part.parameters)
  const head = [...before, type, ...part.fields, '', ''].join('\r\n')
  return concat(utf8(head), part.body)
}
