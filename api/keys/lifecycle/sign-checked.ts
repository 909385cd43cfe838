import type { Bytes } from '#shared/bytes.ts'
import { signatureAlgorithm } from '#shared/cms/signature-scheme.ts'
import { PosternError } from '#shared/errors.ts'
import { verifySignature } from '#shared/x509/verify-signature.ts'
import type { Hsm, TokenKey } from '../../hsm/port.ts'
import { issuingAlgorithm } from './certificate-profile.ts'

/**
 * Signs a certificate or a request for one, and checks it before it leaves: a faulty RSA signature can give the key away.
 * @param signer the key, and its DER SubjectPublicKeyInfo
 * @throws PosternError `token/broken` when the signature does not hold
 */
export async function signChecked(
  hsm: Pick<Hsm, 'sign'>,
  { key, spki }: { readonly key: TokenKey; readonly spki: Bytes },
  message: Bytes,
): Promise<Bytes> {
  const { scheme, digest } = issuingAlgorithm(key.algorithm)
  const algorithm = signatureAlgorithm(scheme, digest)
  const signature = await hsm.sign({ key, scheme, digest, message })
  if (await verifySignature({ spki, algorithm, signature, data: message })) return signature
  throw new PosternError('token/broken', `Key ${key.id} made a signature that does not hold.`)
}
