/** Outlook's .msg: a message taken apart into properties ([MS-OXMSG]). */
import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import { parseCompoundFile, type Storage } from './compound-file.ts'

/** A mail as Outlook keeps it in a file ([MS-OXMSG]): properties, and no MIME. */
export type MessageFile = {
  /** The fields as they came over the network; empty where Outlook kept none. */
  readonly transportHeaders: string
  /** `IPM.Note`, `IPM.Note.SMIME`, `IPM.Note.SMIME.MultipartSigned`… */
  readonly messageClass: string
  readonly sender: { readonly name: string; readonly address: string }
  readonly subject: string
  readonly text: string
  readonly attachments: readonly MessageFileAttachment[]
}
/** A file that lies in it. */
export type MessageFileAttachment = {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Bytes
}

const MAX_ATTACHMENTS = 100 // as many storages as one message may make us read
const MAX_TEXT = 16 * 1024 * 1024 // octets of one text property

/** Property ids ([MS-OXPROPS]). */
const MESSAGE_CLASS = '001A'
const SUBJECT = '0037'
const TRANSPORT_HEADERS = '007D'
const SENDER_NAME = '0C1A'
const SENDER_ADDRESS = '0C1F'
const SENDER_SMTP_ADDRESS = '5D01'
const BODY = '1000'
const ATTACH_DATA = '3701'
const ATTACH_NAME = '3704'
const ATTACH_LONG_NAME = '3707'
const ATTACH_TYPE = '370E'

/**
 * Reads a .msg file.
 * @throws PosternError `mime/malformed` when it is damaged, `mime/limit`
 */
export function parseMessageFile(bytes: Bytes): MessageFile {
  const root = parseCompoundFile(bytes)
  const smtp = textOf(root, SENDER_SMTP_ADDRESS)
  return {
    transportHeaders: textOf(root, TRANSPORT_HEADERS),
    messageClass: textOf(root, MESSAGE_CLASS),
    sender: {
      name: textOf(root, SENDER_NAME),
      address: smtp === '' ? textOf(root, SENDER_ADDRESS) : smtp,
    },
    subject: textOf(root, SUBJECT),
    text: textOf(root, BODY),
    attachments: attachmentsOf(root, bytes.length),
  }
}

/** All of them together fit into the file: many that claim the same sectors are refused. */
function attachmentsOf(root: Storage, fileBytes: number): MessageFileAttachment[] {
  const found = [...root.storages]
    .filter(([name]) => name.startsWith('__attach_version1.0_#'))
    .sort(([one], [other]) => (one < other ? -1 : 1))
  if (found.length > MAX_ATTACHMENTS) {
    throw new PosternError('mime/limit', 'The Outlook file has too many attachments.')
  }
  let total = 0
  return found.flatMap(([, storage]) => {
    const data = storage.streams.get(streamName(ATTACH_DATA, '0102'))
    if (data === undefined) return [] // a message or object in Outlook's own form
    total += data.size
    if (total > fileBytes) throw new PosternError('mime/malformed', 'The Outlook file is damaged.')
    const name = textOf(storage, ATTACH_LONG_NAME) || textOf(storage, ATTACH_NAME)
    return [{ name, mediaType: textOf(storage, ATTACH_TYPE).toLowerCase(), bytes: data.read() }]
  })
}

/** A text property: in UTF-16, or in the eight-bit letters of older files. */
function textOf({ streams }: Storage, id: string): string {
  const wide = streams.get(streamName(id, '001F'))
  const narrow = streams.get(streamName(id, '001E'))
  const stream = wide ?? narrow
  if (stream === undefined || stream.size > MAX_TEXT) return ''
  const decoder = new TextDecoder(wide === undefined ? 'windows-1252' : 'utf-16le')
  return decoder.decode(stream.read()).replace(/\0+$/, '')
}

function streamName(id: string, type: string): string {
  return `__substg1.0_${id}${type}`
}
