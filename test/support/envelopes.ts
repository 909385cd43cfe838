import type { Bytes } from '#shared/bytes.ts'
import { encodeAuthEnvelopedData } from '#shared/cms/auth-enveloped-data.ts'
import {
  encryptContent,
  newContentKey,
  type WritableCipher,
} from '#shared/cms/content-encryption.ts'
import { encryptContentKey, type RsaTransport } from '#shared/cms/encrypt-content-key.ts'
import { encodeEnvelopedData } from '#shared/cms/enveloped-data.ts'
import type { Certificate } from '#shared/x509/certificate.ts'

/** Content encrypted to these certificates, one entry for each: a bare CMS object of the type that goes with the cipher. */
export async function envelopeTo(
  to: readonly Certificate[],
  content: Bytes,
  cipher: WritableCipher = 'aes-256-cbc',
  rsa: RsaTransport = 'rsa-pkcs1',
): Promise<Bytes> {
  const key = newContentKey(cipher)
  const recipients = await Promise.all(to.map((each) => encryptContentKey(each, key, rsa)))
  const encrypted = await encryptContent(cipher, key, content)
  return encrypted.kind === 'enveloped'
    ? encodeEnvelopedData({ ...encrypted, recipients })
    : encodeAuthEnvelopedData({ ...encrypted, recipients })
}
