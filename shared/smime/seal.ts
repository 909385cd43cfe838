import type { Bytes } from '../bytes.ts'
import { encodeAuthEnvelopedData } from '../cms/auth-enveloped-data.ts'
import { encryptContent, newContentKey, type WritableCipher } from '../cms/content-encryption.ts'
import { encryptContentKey } from '../cms/encrypt-content-key.ts'
import { encodeEnvelopedData } from '../cms/enveloped-data.ts'
import { encodeSignedData } from '../cms/signed-data.ts'
import { PosternError } from '../errors.ts'
import { composeContent, multipartOf, type Part, renderPart } from '../mime/compose.ts'
import { encodeBase64Lines } from '../mime/encodings.ts'
import { parameterizedField } from '../mime/fields.ts'
import type { Certificate } from '../x509/certificate.ts'
import { checkDraft, type Draft, type DraftSigner } from './draft.ts'
import { outerFields, protectedFields } from './draft-fields.ts'

/** How a draft is to be protected. `to` are all who shall read it: the sender and Bcc recipients, too. */
export type Protection = {
  readonly sign: DraftSigner | null
  readonly form: 'detached' | 'opaque'
  readonly encrypt: {
    readonly to: readonly Certificate[]
    readonly content: WritableCipher
    readonly oaep?: boolean
  } | null
}

/**
 * A draft as a whole message: signed, then encrypted, as far as `protection` asks. Its fields travel inside the
 * protection, too (RFC 9788). Every line ends with CRLF and has at most 76 columns.
 * @throws PosternError `seal/bad-draft`; `seal/no-certificate` where nobody could read it; `cms/unsupported`
 * for a recipient's key of another kind; whatever the signer throws
 */
export async function seal(draft: Draft, { sign, form, encrypt }: Protection): Promise<Bytes> {
  checkDraft(draft)
  const content = composeContent(draft.text, draft.html, draft.attachments)
  const outer = [...outerFields(draft, encrypt !== null), 'MIME-Version: 1.0']
  if (sign === null && encrypt === null) return renderPart(content, outer)
  const payload = renderPart(
    {
      ...content,
      parameters: { ...content.parameters, hp: encrypt === null ? 'clear' : 'cipher' },
    },
    protectedFields(draft, encrypt !== null),
  )
  const signed = sign === null ? null : await signPayload(payload, sign, form)
  if (encrypt === null) return renderPart(signed ?? content, outer)
  const inside = signed === null ? payload : renderPart(signed)
  return renderPart(await encryptEntity(inside, encrypt), outer)
}

async function signPayload(
  payload: Bytes,
  signer: DraftSigner,
  form: Protection['form'],
): Promise<Part> {
  const { digest, certificate } = signer
  const value = new Uint8Array(await crypto.subtle.digest(digest, payload))
  const { signedAttributes, signature, certificates } = await signer.sign(value)
  const object = encodeSignedData({
    certificates,
    digestAlgorithm: digest,
    scheme: certificate.publicKey.kind === 'ec' ? 'ecdsa' : 'rsa-pkcs1',
    signedAttributes,
    signature,
    content: form === 'opaque' ? payload : null,
  })
  if (form === 'opaque')
    return cmsPart('application/pkcs7-mime', 'signed-data', 'smime.p7m', object)
  const part = cmsPart('application/pkcs7-signature', null, 'smime.p7s', object)
  return multipartOf('multipart/signed', [payload, renderPart(part)], {
    protocol: 'application/pkcs7-signature',
    micalg: digest, // RFC 8551 §3.5.3.2
  })
}

async function encryptEntity(
  entity: Bytes,
  { to, content, oaep }: NonNullable<Protection['encrypt']>,
): Promise<Part> {
  if (to.length === 0) {
    throw new PosternError('seal/no-certificate', 'There is nobody to encrypt this message to.')
  }
  const key = newContentKey(content)
  const transport = oaep === true ? 'rsa-oaep-sha256' : 'rsa-pkcs1'
  const recipients = await Promise.all(to.map((each) => encryptContentKey(each, key, transport)))
  const encrypted = await encryptContent(content, key, entity)
  switch (encrypted.kind) {
    case 'enveloped':
      return envelopePart('enveloped-data', encodeEnvelopedData({ ...encrypted, recipients }))
    case 'auth-enveloped':
      return envelopePart(
        'authEnveloped-data',
        encodeAuthEnvelopedData({ ...encrypted, recipients }),
      )
  }
}

function envelopePart(smimeType: string, object: Bytes): Part {
  return cmsPart('application/pkcs7-mime', smimeType, 'smime.p7m', object)
}

/** A CMS object as a part (RFC 8551 §3.2, §3.5.3.1). */
function cmsPart(mediaType: string, smimeType: string | null, name: string, object: Bytes): Part {
  return {
    mediaType,
    parameters: { ...(smimeType === null ? {} : { 'smime-type': smimeType }), name },
    fields: [
      'Content-Transfer-Encoding: base64',
      parameterizedField('Content-Disposition', 'attachment', { filename: name }),
    ],
    body: encodeBase64Lines(object),
  }
}
