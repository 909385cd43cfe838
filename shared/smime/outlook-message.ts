/** Messages that come in Outlook's own forms, put into MIME. Loaded when one comes. */
import { type Bytes, concat, utf8 } from '../bytes.ts'
import { isAddress } from '../mime/address.ts'
import { displayText } from '../mime/display-text.ts'
import { addressField, textField } from '../mime/fields.ts'
import { composeContent, renderPart } from '../mime/compose.ts'
import { encodeBase64Lines } from '../mime/encodings.ts'
import { parseHeaders } from '../mime/headers.ts'
import { type MessageFile, parseMessageFile } from '../outlook/message-file.ts'
import { findCms } from './armour.ts'

/**
 * A .msg file as the mail that it was. With an S/MIME body, which Outlook keeps as the one attachment, that is the
 * body again, byte for byte; any other is put together from its text and its attachments.
 * @throws PosternError `mime/malformed`, `mime/limit`
 */
export function mailOfMessageFile(bytes: Bytes): Bytes {
  const file = parseMessageFile(bytes)
  const fields = outerFields(file)
  const body = file.messageClass.toUpperCase().startsWith('IPM.NOTE.SMIME') ? smimeBody(file) : null
  if (body !== null) return concat(utf8(`${fields.join('\r\n')}\r\n`), body)
  return renderPart(composeContent(file.text, undefined, file.attachments), fields)
}

/** The entity: as it is where Outlook kept its fields, else around the bare CMS object. */
function smimeBody({ attachments }: MessageFile): Bytes | null {
  const [only] = attachments
  if (only === undefined || attachments.length > 1) return null
  const object = findCms(only.bytes)
  if (object === null) return only.bytes
  const type = 'Content-Type: application/pkcs7-mime; name="smime.p7m"'
  const head = utf8(`${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n`)
  return concat(head, encodeBase64Lines(object))
}

/** The fields of transport but those of the body; where there are none, what Outlook shows of them. */
function outerFields({ transportHeaders, sender, subject }: MessageFile): string[] {
  const { fields } = parseHeaders(utf8(`${transportHeaders.trim()}\r\n\r\n`))
  const kept = fields.filter(({ name }) => !/^(?:content-.*|mime-version)$/.test(name))
  if (kept.length > 0) return kept.map(({ name, value }) => `${name}: ${value}`)
  const from = isAddress(sender.address)
    ? [addressField('From', [{ name: displayText(sender.name), address: sender.address }])]
    : [] // an address of the company's own Exchange names nobody
  return [...from, textField('Subject', displayText(subject))]
}
