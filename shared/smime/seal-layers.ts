import type { Bytes } from '../bytes.ts'
import { encodeAuthEnvelopedData } from '../cms/auth-enveloped-data.ts'
import { encryptContent, newContentKey } from '../cms/content-encryption.ts'
import { encryptContentKey } from '../cms/encrypt-content-key.ts'
import { encodeEnvelopedData } from '../cms/enveloped-data.ts'
import { encodeSignedData } from '../cms/signed-data.ts'
import { PosternError } from '../errors.ts'
import { multipartOf, type Part, renderPart } from '../mime/compose.ts'
import { encodeBase64Lines } from '../mime/encodings.ts'
import { parameterizedField } from '../mime/fields.ts'
import { chooseAlgorithms, type Encryption } from './choose-algorithms.ts'
import type { DraftSigner } from './draft.ts'

/** The entity, signed: detached beside it, or opaque around it. */
export async function signPayload(
  payload: Bytes,
  signer: DraftSigner,
  form: 'detached' | 'opaque',
): Promise<Part> {
  const { digest, scheme } = signer
  const value = new Uint8Array(await crypto.subtle.digest(digest, payload))
  const { signedAttributes, signature, certificates } = await signer.sign(value)
  const object = encodeSignedData({
    certificates,
    digestAlgorithm: digest,
    scheme,
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

/**
 * The entity, encrypted to everybody in `encryption`.
 * @throws PosternError `seal/no-certificate`, `cms/unsupported`
 */
export async function encryptEntity(entity: Bytes, encryption: Encryption): Promise<Part> {
  if (encryption.to.length === 0) {
    throw new PosternError('seal/no-certificate', 'There is nobody to encrypt this message to.')
  }
  const { content, recipients: chosen } = chooseAlgorithms(encryption)
  const key = newContentKey(content)
  const recipients = await Promise.all(
    chosen.map(({ certificate, transport }) => encryptContentKey(certificate, key, transport)),
  )
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
