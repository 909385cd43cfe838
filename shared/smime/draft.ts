import type { Bytes } from '../bytes.ts'
import type { DigestAlgorithm, SignatureScheme } from '../contract/keys.ts'
import { PosternError } from '../errors.ts'
import { isAddress, type MailAddress } from '../mime/address.ts'
import type { AttachedFile } from '../mime/compose.ts'
import type { Certificate } from '../x509/certificate.ts'

/** What the user wrote. Message ids stand in angle brackets. `bcc` is never written into what is sent. */
export type Draft = {
  readonly from: MailAddress
  readonly to: readonly MailAddress[]
  readonly cc: readonly MailAddress[]
  readonly bcc: readonly MailAddress[]
  readonly subject: string
  readonly date: Date
  readonly messageId: string
  readonly text: string
  readonly html?: string
  readonly attachments: readonly AttachedFile[]
  readonly inReplyTo?: string
  readonly references?: readonly string[]
}

/**
 * Signs as the draft's sender: `sign` takes the digest of the content, and answers what the key service does:
 * the attributes it built, the signature over them, and the certificates, the signer's first.
 */
export type DraftSigner = {
  readonly certificate: Certificate
  readonly digest: DigestAlgorithm
  readonly scheme: SignatureScheme
  sign(digest: Bytes): Promise<{
    readonly signedAttributes: Bytes
    readonly signature: Bytes
    readonly certificates: readonly Bytes[]
  }>
}

/**
 * Refuses what cannot be written into a message without changing its meaning: a line break in a field, an
 * address that is none, an id that is none.
 * @throws PosternError `seal/bad-draft`
 */
export function checkDraft(draft: Draft): void {
  for (const mailbox of [draft.from, ...draft.to, ...draft.cc, ...draft.bcc]) {
    if (!isAddress(mailbox.address)) refuse(`"${mailbox.address}" is not a mail address.`)
    if (hasControl(mailbox.name)) refuse('A name holds a line break or control character.')
  }
  if (hasControl(draft.subject)) refuse('The subject holds a line break or control character.')
  const ids = [draft.messageId, draft.inReplyTo ?? [], draft.references ?? []].flat()
  if (!ids.every((id) => /^<[!-;=?-~]{1,900}>$/.test(id))) refuse('A message id cannot be written.')
  if (Number.isNaN(draft.date.getTime())) refuse('The date is none.')
}

function hasControl(text: string): boolean {
  return /[\u0000-\u001f\u007f]/.test(text)
}

function refuse(reason: string): never {
  throw new PosternError('seal/bad-draft', reason)
}
