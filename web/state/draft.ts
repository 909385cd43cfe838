import type { Session } from '#shared/contract/session.ts'
import type { MailAddress } from '#shared/mime/address.ts'
import {
  formatMailAddress,
  parseAddressList,
  parseMailAddress,
  sameAddress,
} from '#shared/mime/address.ts'
import type { AttachedFile } from '#shared/mime/compose.ts'
import type { Draft } from '#shared/smime/draft.ts'
import type { Attachment, OpenedMessage } from '#shared/smime/opened-message.ts'
import { longDate } from '../lib/dates.ts'

/** What the user has written so far, as it stands in the fields. */
export type DraftFields = {
  readonly to: string
  readonly cc: string
  readonly bcc: string
  readonly subject: string
  readonly text: string
  readonly attachments: readonly AttachedFile[]
  /** The message that this answers, in angle brackets, or null. */
  readonly inReplyTo: string | null
  readonly sign: boolean
  readonly encrypt: boolean
  /** Set when the draft answers an encrypted message, or was kept encrypted itself: it may not travel open. */
  readonly mustEncrypt: boolean
}

export type Answer = 'sender' | 'all' | 'forward'

export const EMPTY: DraftFields = {
  to: '',
  cc: '',
  bcc: '',
  subject: '',
  text: '',
  attachments: [],
  inReplyTo: null,
  sign: true,
  encrypt: false,
  mustEncrypt: false,
}

/** Whether two drafts say the same. A file is the same only when it is the very one that was attached. */
export function sameFields(one: DraftFields, other: DraftFields): boolean {
  const [{ attachments: files, ...words }, { attachments: otherFiles, ...otherWords }] = [
    one,
    other,
  ]
  return (
    JSON.stringify(words) === JSON.stringify(otherWords) &&
    files.length === otherFiles.length &&
    files.every((file, at) => file === otherFiles[at])
  )
}

/** The addresses in a field, and what in it is no address. */
export function readAddresses(field: string): { addresses: MailAddress[]; wrong: string[] } {
  const read = parseAddressList(field).map((found) => ({
    found,
    address: parseMailAddress(found.address),
  }))
  return {
    addresses: read.flatMap(({ found, address }) => (address === null ? [] : [found])),
    wrong: read.flatMap(({ found, address }) =>
      address === null ? [found.address || found.name] : [],
    ),
  }
}

/** Whoever is to read it: To, Cc and Bcc. */
export function readersOf({ to, cc, bcc }: DraftFields): ReturnType<typeof readAddresses> {
  const fields = [to, cc, bcc].map(readAddresses)
  return {
    addresses: fields.flatMap(({ addresses }) => addresses),
    wrong: fields.flatMap(({ wrong }) => wrong),
  }
}

/** The draft that is sealed: written by `user`, dated now. */
export function draftOf(fields: DraftFields, user: Session['user']): Draft {
  const to = readAddresses(fields.to).addresses
  const cc = readAddresses(fields.cc).addresses
  const domain = user.address.split('@').at(-1) ?? 'localhost'
  return {
    from: { name: user.name, address: user.address },
    to,
    cc,
    bcc: onceEach(readAddresses(fields.bcc).addresses, [...to, ...cc]),
    subject: fields.subject.replace(/\s+/g, ' ').trim(),
    date: new Date(),
    messageId: `<${crypto.randomUUID()}@${domain}>`,
    text: fields.text,
    attachments: fields.attachments,
    ...(fields.inReplyTo === null
      ? {}
      : { inReplyTo: fields.inReplyTo, references: [fields.inReplyTo] }),
  }
}

/** The beginning of an answer to a message, or of passing it on: its files come with `filesOf`. */
export function answerTo(
  message: OpenedMessage,
  answer: Answer,
  user: Session['user'],
): DraftFields {
  const encrypted = message.encryption.kind === 'decrypted'
  const common = { ...EMPTY, encrypt: encrypted, mustEncrypt: encrypted }
  const { headers } = message
  if (answer === 'forward') {
    return {
      ...common,
      subject: prefixed('Fwd: ', headers.subject),
      text: `\n\n${forwardHead(message)}\n\n${ownWords(message)}`,
    }
  }
  const mine = headers.from.some(({ address }) => sameAddress(address, user.address))
  const sender = mine ? headers.to : headers.replyTo.length > 0 ? headers.replyTo : headers.from
  const others = [...headers.to, ...headers.cc].filter(
    ({ address }) => ![user, ...sender].some((one) => sameAddress(one.address, address)),
  )
  return {
    ...common,
    to: fieldOf(sender),
    cc: answer === 'all' ? fieldOf(others) : '',
    subject: prefixed('Re: ', headers.subject),
    text: `\n\n${quote(message)}`,
    inReplyTo: messageIdIn(headers.messageId),
  }
}

/** Why a saved draft cannot be gone on with, as a sentence: part of it would be lost. Null where it can. */
export function whyNotResumed({
  encryption,
  layers,
  body,
  attachments,
}: OpenedMessage): string | null {
  const closed = layers.some(
    (layer) => layer.kind === 'encrypted' && layer.verdict.kind !== 'decrypted',
  )
  if (closed || (encryption.kind !== 'none' && encryption.kind !== 'decrypted')) {
    return 'This draft is encrypted and could not be opened.'
  }
  if (attachments.some(({ encryptedPart }) => encryptedPart)) {
    return 'This draft holds an encrypted part, which cannot be edited.'
  }
  if (body.some(({ kind }) => kind !== 'text')) {
    return 'This draft holds formatted text, which Postern does not edit.'
  }
  return body.length === 0 ? 'There is no text in this draft that could be read.' : null
}

/** A draft that was saved before, to go on with it, but for its files. One that was encrypted stays so: it may answer a secret. */
export function fieldsOfSaved(message: OpenedMessage): DraftFields {
  const { headers } = message
  const encrypted = message.encryption.kind === 'decrypted'
  return {
    ...EMPTY,
    to: fieldOf(headers.to),
    cc: fieldOf(headers.cc),
    bcc: fieldOf(headers.bcc),
    subject: headers.subject,
    text: ownWords(message),
    inReplyTo: messageIdIn(headers.inReplyTo),
    encrypt: encrypted,
    mustEncrypt: encrypted,
  }
}

/** Each address once, and none of `seen`: who is named openly is not hidden. */
function onceEach(list: readonly MailAddress[], seen: readonly MailAddress[]): MailAddress[] {
  const known = [...seen]
  return list.filter((one) => {
    const isNew = !known.some(({ address }) => sameAddress(address, one.address))
    if (isNew) known.push(one)
    return isNew
  })
}

/** The first message id in a field of somebody's writing, as a draft can carry it; null where there is none. */
function messageIdIn(field: string | null): string | null {
  return /<[!-;=?-~]{1,900}>/.exec(field ?? '')?.[0] ?? null
}

/** The files of a message for a draft. Encrypted parts below others are not passed on. */
export function filesOf({ attachments }: OpenedMessage): Promise<AttachedFile[]> {
  return Promise.all(attachments.filter(({ encryptedPart }) => !encryptedPart).map(toFile))
}

async function toFile({ name, mediaType, bytes }: Attachment): Promise<AttachedFile> {
  return { name, mediaType, bytes: await bytes() }
}

function fieldOf(list: readonly MailAddress[]): string {
  return list.map(formatPlainly).join(', ')
}

/** As people write it; the quoted form only where the name needs it. */
function formatPlainly(mailbox: MailAddress): string {
  const simple = /^[\p{L}\p{N} .'-]*$/u.test(mailbox.name)
  if (!simple) return formatMailAddress(mailbox)
  return mailbox.name === '' ? mailbox.address : `${mailbox.name} <${mailbox.address}>`
}

function prefixed(prefix: string, subject: string): string {
  return subject.toLowerCase().startsWith(prefix.toLowerCase()) ? subject : prefix + subject
}

function quote(message: OpenedMessage): string {
  const { from, date } = message.headers
  const who = [from[0]?.name, from[0]?.address].find((word) => word) ?? 'somebody'
  const lines = ownWords(message).trimEnd().split(/\r?\n/)
  return `${date === null ? '' : `On ${longDate(date)}, `}${who} wrote:\n${lines.map((line) => `> ${line}`).join('\n')}\n`
}

function forwardHead({ headers }: OpenedMessage): string {
  return [
    '---------- Forwarded message ----------',
    `From: ${fieldOf(headers.from)}`,
    ...(headers.date === null ? [] : [`Date: ${longDate(headers.date)}`]),
    `Subject: ${headers.subject}`,
    `To: ${fieldOf(headers.to)}`,
  ].join('\n')
}

/**
 * The text of a message for quoting. HTML is not quoted: it may hold words that its reader never saw, which an
 * attacker could have drawn from another of the reader's encrypted messages.
 */
function ownWords({ body }: OpenedMessage): string {
  return body
    .map((leaf) => (leaf.kind === 'text' ? leaf.text : '[formatted text, not quoted]'))
    .join('\n\n')
}
