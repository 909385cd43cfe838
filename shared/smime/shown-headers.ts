import { type MailAddress, sameAddress } from '../mime/address.ts'
import { parseMailDate } from '../mime/date.ts'
import { type Headers, headerAddresses, headerText, headerValue } from '../mime/headers.ts'
import type { ShownHeaders } from './opened-message.ts'

const PEOPLE = ['from', 'to', 'cc'] // a sender that protects the subject alone has none of them inside

/**
 * What stands above the message. A field from inside the protection wins over the outer one, but for `From`: the
 * outer one is shown unless both name the same address, since the verdict compares both (RFC 9788 §4.4). Where the
 * inner fields name anybody, the recipients are theirs alone, lest somebody be added on the way who is then answered.
 * @param inner protected fields, or null when there are none
 */
export function showHeaders(outer: Headers, inner: Headers | null): ShownHeaders {
  const winner = (name: string): Headers =>
    inner !== null && headerValue(inner, name) !== null ? inner : outer
  const named = inner !== null && PEOPLE.some((name) => headerValue(inner, name) !== null)
  const people = named ? inner : outer
  return {
    from: shownFrom(outer, inner),
    to: headerAddresses(people, 'to'),
    cc: headerAddresses(people, 'cc'),
    // A reply must not be steered from outside the protection, nor whom a kept draft is sent to.
    bcc: headerAddresses(inner ?? outer, 'bcc'),
    replyTo: headerAddresses(inner ?? outer, 'reply-to'),
    subject: headerText(winner('subject'), 'subject') ?? '',
    date: parseMailDate(headerValue(winner('date'), 'date') ?? '')?.toISOString() ?? null,
    messageId: headerText(winner('message-id'), 'message-id'),
    inReplyTo: headerText(inner ?? outer, 'in-reply-to'),
    subjectProtected: inner !== null && headerValue(inner, 'subject') !== null,
  }
}

function shownFrom(outer: Headers, inner: Headers | null): MailAddress[] {
  const seen = headerAddresses(outer, 'from')
  const meant = inner === null ? [] : headerAddresses(inner, 'from')
  const [one, ...others] = seen
  const [same, ...more] = meant
  if (one === undefined) return meant
  const agree =
    same !== undefined &&
    others.length + more.length === 0 &&
    sameAddress(one.address, same.address)
  return agree ? meant : seen
}

/**
 * The one address that a signer must have: that of the only mailbox in the only `From` field, inside and outside
 * of the protection alike; null when there is no such address.
 */
export function findSender(outer: Headers, inner: Headers | null): string | null {
  const fields = [outer, inner].map((headers) =>
    headers === null ? [] : headerAddresses(headers, 'from'),
  )
  const present = fields.filter((mailboxes) => mailboxes.length > 0)
  const [first] = present.flat()
  if (first === undefined || present.some((mailboxes) => mailboxes.length !== 1)) return null
  const agree = present.flat().every((mailbox) => sameAddress(mailbox.address, first.address))
  return agree && first.address !== '' ? first.address : null
}
