import pkcs11 from 'pkcs11js'
import type { Handle } from 'pkcs11js'
import { octetString } from '#shared/asn1/writer.ts'
import { type Bytes, sameBytes } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'
import { keyName, keyOctets, parsePublicKey } from '#shared/x509/public-key.ts'
import type { ImportRequest } from '../../port.ts'
import { bytes, differences, type TokenAttribute } from '../attributes.ts'
import { removeKey } from '../generate.ts'
import type { KeyRing } from '../key-ring.ts'
import { expectedPrivateKey, publicKeyTemplate } from '../key-template.ts'
import { publicKeyOf } from '../generate.ts'
import { type Token, withWritableSession } from '../token.ts'
import { isHalfOf } from './prove.ts'
import { unwrapPrivateKey } from './unwrap-key.ts'

/**
 * Takes a private key in: it is unwrapped inside the token, its attributes are read again, and an operation shows that
 * it belongs to its public half. Asked again about a key that is there, it does nothing.
 * @throws PosternError `request/malformed`, `hsm/unsupported`; then nothing of it is left
 */
export async function importPrivateKey(
  token: Token,
  ring: KeyRing,
  request: ImportRequest,
): Promise<void> {
  const { key, spki } = request
  if (keyName(parsePublicKey(spki)) !== key.algorithm || (key.origin ?? 'made') === 'made') {
    throw new PosternError('request/malformed', 'The certificate is for a key of another kind')
  }
  await withWritableSession(token, async (session) => {
    if (ring.find(key) !== null && sameBytes(publicKeyOf(token, ring, key), spki)) return
    removeKey(token, session, key)
    try {
      await take(token, session, request)
    } catch (error) {
      removeKey(token, session, key)
      throw error
    }
  })
}

async function take(token: Token, session: Handle, request: ImportRequest): Promise<void> {
  const { key, spki } = request
  const { cryptoki } = token
  const handle = unwrapPrivateKey(token, session, request)
  if (differences(cryptoki, session, handle, expectedPrivateKey(key)).length > 0) {
    throw new PosternError('token/broken', 'The token took a key in with other attributes')
  }
  if (!(await isHalfOf(token, handle, key, spki))) {
    throw new PosternError('request/malformed', 'The private key is not that of the certificate')
  }
  cryptoki.C_CreateObject(session, publicObject(request))
}

/** The public half as an object, to be read like that of a key that was made in the token. */
function publicObject({ key, spki }: ImportRequest): TokenAttribute[] {
  const publicKey = parsePublicKey(spki)
  const wanted = publicKeyTemplate(key).filter(
    ({ type }) => type !== pkcs11.CKA_MODULUS_BITS && type !== pkcs11.CKA_PUBLIC_EXPONENT,
  )
  return publicKey.kind === 'rsa'
    ? [
        ...wanted,
        bytes(pkcs11.CKA_MODULUS, publicKey.modulus),
        bytes(pkcs11.CKA_PUBLIC_EXPONENT, publicKey.exponent),
      ]
    : [...wanted, bytes(pkcs11.CKA_EC_POINT, point(spki))]
}

function point(spki: Bytes): Bytes {
  return octetString(keyOctets(spki))
}
