import type { Bytes } from '#shared/bytes.ts'
import type { Envelope } from '#shared/contract/mail.ts'
import { parseMailDate } from '#shared/mime/date.ts'
import {
  headerAddresses,
  headerText,
  headerValue,
  type Headers,
  parseHeaders,
} from '#shared/mime/headers.ts'
import { type Parameterized, parseParameterized } from '#shared/mime/parameters.ts'

/** As much of a message as is read for a list: all headers, and of most messages the beginnings of all parts. */
export const ENVELOPE_HEAD_BYTES = 256 * 1024

/** What the headers say; the rest of an envelope comes from the mailbox. */
export type HeaderSummary = Pick<
  Envelope,
  'subject' | 'from' | 'to' | 'date' | 'protection' | 'attachments'
>

const UNREADABLE: HeaderSummary = {
  subject: '',
  from: '',
  to: '',
  date: null,
  protection: 'none',
  attachments: false,
}

/**
 * Total: whatever the bytes are, there is a summary, so that one broken message cannot break a list. Not only our
 * own refusals count: nothing is read here but these bytes, so whatever goes wrong is the message's doing.
 */
export function summariseHead(head: Bytes): HeaderSummary {
  try {
    return summarise(head)
  } catch {
    return UNREADABLE
  }
}

function summarise(head: Bytes): HeaderSummary {
  const headers = parseHeaders(head, ENVELOPE_HEAD_BYTES)
  const type = parseParameterized(headerValue(headers, 'content-type') ?? 'text/plain')
  return {
    subject: headerText(headers, 'subject') ?? '',
    from: people(headers, 'from'),
    to: people(headers, 'to'),
    date: parseMailDate(headerValue(headers, 'date') ?? '')?.toISOString() ?? null,
    protection: protectionOf(type),
    attachments: type.value.startsWith('multipart/') && namesAttachment(head),
  }
}

function people(headers: Headers, field: string): string {
  return headerAddresses(headers, field)
    .map(({ name, address }) => (name === '' ? address : name))
    .join(', ')
}

/** By the root media type alone: nothing is parsed here that the browser has to judge. */
function protectionOf({ value, parameters }: Parameterized): Envelope['protection'] {
  if (value === 'multipart/signed') return 'signed'
  if (!/^application\/(?:x-)?pkcs7-mime$/.test(value)) return 'none'
  return parameters.get('smime-type')?.toLowerCase() === 'signed-data' ? 'signed' : 'encrypted'
}

/** A detached signature travels as an attachment too, but is none to the reader. */
function namesAttachment(head: Bytes): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1')
  return text
    .split(/\r?\n--/)
    .slice(1)
    .some((part) => isAttachment(part.split(/\r?\n\r?\n/, 1)[0] ?? ''))
}

function isAttachment(partHeaders: string): boolean {
  return (
    /^content-disposition:\s*attachment/im.test(partHeaders) &&
    !/^content-type:\s*application\/(?:x-)?pkcs7-signature/im.test(partHeaders)
  )
}
