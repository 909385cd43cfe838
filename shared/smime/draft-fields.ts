import { formatMailDate } from '../mime/date.ts'
import { addressField, idsField, textField } from '../mime/fields.ts'
import type { Draft } from './draft.ts'

/** What an encrypted message shows on its outside in place of its subject (RFC 9788 §3.2.1). */
const HIDDEN_SUBJECT = '[...]'

/** The fields that say who wrote what to whom, folded, one string each. `Bcc` is never among them. */
function draftFields(draft: Draft, subject: string = draft.subject): string[] {
  const fields = [
    addressField('From', [draft.from]),
    textField('Subject', subject),
    `Date: ${formatMailDate(draft.date)}`,
    `Message-ID: ${draft.messageId}`,
  ]
  if (draft.to.length > 0) fields.push(addressField('To', draft.to))
  if (draft.cc.length > 0) fields.push(addressField('Cc', draft.cc))
  if (draft.inReplyTo !== undefined) fields.push(idsField('In-Reply-To', [draft.inReplyTo]))
  const references = draft.references ?? []
  if (references.length > 0) fields.push(idsField('References', references))
  return fields
}

/** The fields on the outside: the subject is hidden where the content is encrypted. */
export function outerFields(draft: Draft, encrypted: boolean): string[] {
  return encrypted ? draftFields(draft, HIDDEN_SUBJECT) : draftFields(draft)
}

/**
 * The fields inside the protection (RFC 9788 §2): all of them and, where encrypted, a record of what stands
 * outside, so that a reader can tell what was hidden from what was changed on the way.
 */
export function protectedFields(draft: Draft, encrypted: boolean): string[] {
  const outer = encrypted ? outerFields(draft, true).map((field) => `HP-Outer: ${field}`) : []
  return [...draftFields(draft), ...outer]
}
