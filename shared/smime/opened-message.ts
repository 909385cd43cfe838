import type { Bytes } from '../bytes.ts'
import type { EncryptionVerdict, Layer, SignatureVerdict } from './verdict.ts'
import type { MailAddress } from '../mime/address.ts'

/** What is shown above a message. A protected header (RFC 9788) wins over the outer one. */
export type ShownHeaders = {
  readonly from: readonly MailAddress[]
  readonly to: readonly MailAddress[]
  readonly cc: readonly MailAddress[]
  /** Only a draft that was kept names them. */
  readonly bcc: readonly MailAddress[]
  readonly replyTo: readonly MailAddress[]
  readonly subject: string
  /** ISO 8601 in UTC, or null when absent or unreadable. */
  readonly date: string | null
  readonly messageId: string | null
  /** The field as it stands: what is in it may be no message id. */
  readonly inReplyTo: string | null
  /** Whether the subject came from inside the protection. */
  readonly subjectProtected: boolean
}

/** A leaf to be read in place, each framed alone and never joined with another. */
export type BodyLeaf =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'html'; readonly html: string }

/** What is listed of an attachment: plain data. */
export type AttachmentFacts = {
  readonly name: string
  /** As declared, lower case; not to be believed. */
  readonly mediaType: string
  /** Of the content, in bytes. */
  readonly size: number
  /** Without angle brackets, for images inside the HTML. */
  readonly contentId: string | null
  readonly inline: boolean
  /** An S/MIME object below another part: listed, never opened by itself. */
  readonly encryptedPart: boolean
  /** Name of the attachment that it was packed in: Outlook's winmail.dat (TNEF). */
  readonly unpackedFrom?: string
}

/** An attachment, decoded when it is asked for. */
export type Attachment = AttachmentFacts & {
  /** The content, in memory of its own at every call. */
  readonly bytes: () => Promise<Bytes>
}

/** A message as far as it could be opened. Plain data but for the content of its attachments. */
export type OpenedMessage = {
  readonly headers: ShownHeaders
  /** Empty where the content may not be shown. Of alternatives, the preferred one only. */
  readonly body: readonly BodyLeaf[]
  readonly attachments: readonly Attachment[]
  readonly encryption: EncryptionVerdict
  readonly signature: SignatureVerdict
  readonly layers: readonly Layer[]
}
