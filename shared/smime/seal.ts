import type { Bytes } from '../bytes.ts'
import { PosternError } from '../errors.ts'
import type { MailAddress } from '../mime/address.ts'
import { composeContent, type Part, renderPart } from '../mime/compose.ts'
import { addressField } from '../mime/fields.ts'
import type { Certificate } from '../x509/certificate.ts'
import type { Encryption } from './choose-algorithms.ts'
import { checkDraft, type Draft, type DraftSigner } from './draft.ts'
import { outerFields, protectedFields } from './draft-fields.ts'
import { withLegacyHtml, withLegacyText } from './header-protection.ts'
import { encryptEntity, signPayload } from './seal-layers.ts'

/** How a draft is to be protected. */
export type Protection = {
  readonly sign: DraftSigner | null
  readonly form: 'detached' | 'opaque'
  readonly encrypt: Encryption | null
}

/**
 * A draft as a whole message: signed, then encrypted, as far as `protection` asks. Its fields travel inside the
 * protection, too (RFC 9788). Every line ends with CRLF and has at most 76 columns.
 * All who can read it can see for how many, and for whose certificates: `sealCopies` keeps Bcc apart.
 * @throws PosternError `seal/bad-draft`; `seal/no-certificate` where nobody could read it; `cms/unsupported`
 * for a recipient's key of another kind; whatever the signer throws
 */
export async function seal(draft: Draft, { sign, form, encrypt }: Protection): Promise<Bytes> {
  checkDraft(draft)
  if (encrypt !== null) return encryptTo(draft, await entityOf(draft, sign, form), encrypt)
  const part =
    sign === null
      ? composeContent(draft.text, draft.html, draft.attachments)
      : await signPayload(payloadOf(draft, false), sign, form)
  return renderPart(part, outerLines(draft, false))
}

/**
 * A draft for its writer's own mailbox, to be gone on with: it is not signed, since nobody has said it yet, and its
 * Bcc stands in it (RFC 5322 §3.6.3), inside the encryption where there is one.
 * @throws PosternError like `seal`
 */
export async function sealForSelf(draft: Draft, encrypt: Encryption | null): Promise<Bytes> {
  checkDraft(draft)
  const bcc = draft.bcc.length > 0 ? [addressField('Bcc', draft.bcc)] : []
  if (encrypt !== null) return encryptTo(draft, payloadOf(draft, true, bcc), encrypt)
  return renderPart(contentOf(draft, false), [...outerLines(draft, false), ...bcc])
}

/** How a draft is sealed to each of its readers. `self` are the sender's own certificates. */
export type CopyProtection = {
  readonly sign: DraftSigner | null
  readonly form: 'detached' | 'opaque'
  readonly encrypt: Omit<Encryption, 'to'> & {
    readonly self: readonly Certificate[]
    /** Whoever has none cannot read the message: then it is not made. */
    readonly certificatesOf: (reader: MailAddress) => readonly Certificate[]
  }
}

/** One message, and whom it is to be handed to. */
export type Copy = { readonly readers: readonly MailAddress[]; readonly bytes: Bytes }

/**
 * An encrypted draft as several messages: the first for To and Cc (and to keep), and one for each reader in Bcc. The
 * entries of a message name the certificates it is for, so none that is hidden stands in another's copy. All are
 * signed once, and the sender can read each.
 * @throws PosternError like `seal`; `seal/no-certificate` names who has none
 */
export async function sealCopies(
  draft: Draft,
  { sign, form, encrypt }: CopyProtection,
): Promise<Copy[]> {
  checkDraft(draft)
  const seen = [...draft.to, ...draft.cc]
  const groups = [seen, ...draft.bcc.map((reader) => [reader])].map((readers) => ({
    readers,
    to: [...readers.flatMap((reader) => certificatesFor(reader, encrypt)), ...encrypt.self],
  }))
  const entity = await entityOf(draft, sign, form)
  return Promise.all(
    groups.map(async ({ readers, to }) => ({
      readers,
      bytes: await encryptTo(draft, entity, { ...encrypt, to }),
    })),
  )
}

function certificatesFor(
  reader: MailAddress,
  { certificatesOf }: CopyProtection['encrypt'],
): readonly Certificate[] {
  const certificates = certificatesOf(reader)
  if (certificates.length > 0) return certificates
  const what = `There is no certificate to encrypt to ${reader.address} with.`
  throw new PosternError('seal/no-certificate', what)
}

async function encryptTo(draft: Draft, entity: Bytes, encryption: Encryption): Promise<Bytes> {
  return renderPart(await encryptEntity(entity, encryption), outerLines(draft, true))
}

/** What is encrypted: the payload, signed or not. */
async function entityOf(
  draft: Draft,
  sign: DraftSigner | null,
  form: Protection['form'],
): Promise<Bytes> {
  const payload = payloadOf(draft, true)
  return sign === null ? payload : renderPart(await signPayload(payload, sign, form))
}

function payloadOf(draft: Draft, encrypted: boolean, more: readonly string[] = []): Bytes {
  const content = contentOf(draft, encrypted)
  const parameters = { ...content.parameters, hp: encrypted ? 'cipher' : 'clear' }
  return renderPart({ ...content, parameters }, [...protectedFields(draft, encrypted), ...more])
}

/** Where the subject is hidden, those who cannot read it inside find it in the text (RFC 9788 §5.2.2). */
function contentOf({ text, html, attachments, subject }: Draft, encrypted: boolean): Part {
  if (!encrypted || subject === '') return composeContent(text, html, attachments)
  return composeContent(
    withLegacyText(text, subject),
    html === undefined ? html : withLegacyHtml(html, subject),
    attachments,
    { 'hp-legacy-display': '1' },
  )
}

function outerLines(draft: Draft, encrypted: boolean): string[] {
  return [...outerFields(draft, encrypted), 'MIME-Version: 1.0']
}
