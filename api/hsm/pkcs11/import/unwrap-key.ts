import pkcs11 from 'pkcs11js'
import type { Handle, Mechanism } from 'pkcs11js'
import { PosternError } from '#shared/errors.ts'
import type { ImportRequest } from '../../port.ts'
import { flag, type TokenAttribute, ulongs } from '../attributes.ts'
import { keyClass } from '../key-class.ts'
import { privateKeyTemplate } from '../key-template.ts'
import { OAEP_SHA1 } from '../oaep-sha1.ts'
import type { Token } from '../token.ts'
import { privateImportKey } from './import-key.ts'

const CKM_AES_KEY_WRAP_PAD = 0x210a // PKCS#11 2.40 §2.14.3, which the binding does not name

/** The private key in the token, as `privateKeyTemplate` has it. What fails says nothing of why. */
export function unwrapPrivateKey(
  token: Token,
  session: Handle,
  { key, wrappedKek, wrappedKey }: ImportRequest,
): Handle {
  const { cryptoki } = token
  const importKey = privateImportKey(token)
  const unwrap = (mechanism: Mechanism, by: Handle, from: Uint8Array, template: TokenAttribute[]) =>
    refusedAs(key.algorithm, () =>
      cryptoki.C_UnwrapKey(session, mechanism, by, Buffer.from(from), template),
    )
  const kek = unwrap(OAEP_SHA1, importKey, wrappedKek, kekTemplate())
  try {
    const template = lastUnmodifiable(privateKeyTemplate(key))
    return unwrap({ mechanism: CKM_AES_KEY_WRAP_PAD }, kek, wrappedKey, template)
  } finally {
    cryptoki.C_DestroyObject(session, kek)
  }
}

/** SoftHSM sets attributes one by one, and none after this one. */
function lastUnmodifiable(template: readonly TokenAttribute[]): TokenAttribute[] {
  const isLast = ({ type }: TokenAttribute) => type === pkcs11.CKA_MODIFIABLE
  return [...template.filter((one) => !isLast(one)), ...template.filter(isLast)]
}

function kekTemplate(): TokenAttribute[] {
  return [
    ulongs(pkcs11.CKA_CLASS, pkcs11.CKO_SECRET_KEY),
    ulongs(pkcs11.CKA_KEY_TYPE, pkcs11.CKK_AES),
    flag(pkcs11.CKA_TOKEN, false),
    flag(pkcs11.CKA_PRIVATE, true),
    flag(pkcs11.CKA_SENSITIVE, true),
    flag(pkcs11.CKA_EXTRACTABLE, false),
    flag(pkcs11.CKA_UNWRAP, true),
    flag(pkcs11.CKA_WRAP, false),
    flag(pkcs11.CKA_ENCRYPT, false),
    flag(pkcs11.CKA_DECRYPT, false),
  ]
}

/** After these the token itself is in doubt, whatever was asked of it. */
const LOST: readonly number[] = [
  pkcs11.CKR_CRYPTOKI_NOT_INITIALIZED,
  pkcs11.CKR_DEVICE_ERROR,
  pkcs11.CKR_DEVICE_REMOVED,
  pkcs11.CKR_SESSION_CLOSED,
  pkcs11.CKR_SESSION_HANDLE_INVALID,
  pkcs11.CKR_TOKEN_NOT_PRESENT,
  pkcs11.CKR_USER_NOT_LOGGED_IN,
]

/** SoftHSM refuses a wrong padding as CKR_GENERAL_ERROR, and Curve25519 as CKR_FUNCTION_FAILED. */
function refusedAs<T>(algorithm: ImportRequest['key']['algorithm'], work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof pkcs11.Pkcs11Error) || LOST.includes(cause.code)) throw cause
    const isOdd =
      keyClass(algorithm).type === 'edwards' || cause.code === pkcs11.CKR_MECHANISM_INVALID
    throw isOdd
      ? new PosternError('hsm/unsupported', 'The token takes no such key in', { cause })
      : new PosternError('request/malformed', 'The key was not wrapped for this token', { cause })
  }
}
