import pkcs11 from 'pkcs11js'
import type { Handle } from 'pkcs11js'
import type { Bytes } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'
import {
  bytes,
  differences,
  findObjects,
  flag,
  text,
  type TokenAttribute,
  ulongs,
} from './attributes.ts'
import { P256 } from './key-class.ts'
import { madeInToken } from './key-template.ts'
import { readSpki } from './public-key.ts'
import { type Token, withWritableSession } from './token.ts'

/** The pair that signs the audit's checkpoints, and nothing else. */
export type AuditKey = { readonly privateKey: Handle; readonly spki: Bytes }

const LABEL = 'postern/system/audit'

/**
 * The audit's key, its attributes read again.
 * @throws PosternError `token/broken` when it is missing, there twice, or changed
 */
export function getAuditKey({ cryptoki, session }: Token): AuditKey {
  const [privateKey, another] = findObjects(cryptoki, session, PRIVATE_KEYS)
  const [publicKey] = findObjects(cryptoki, session, publicTemplate())
  if (privateKey === undefined || publicKey === undefined) {
    throw new PosternError('token/broken', 'The token has no key for the audit')
  }
  const expected = [...privateTemplate(), ...madeInToken()]
  const different = differences(cryptoki, session, privateKey, expected)
  if (another !== undefined || different.length > 0) {
    throw new PosternError('token/broken', 'The key for the audit is not as it was made')
  }
  return { privateKey, spki: readSpki(cryptoki, session, publicKey, 'ec-p256') }
}

/** Makes the pair where it is missing; never a second one, for the first one's name is what auditors know. */
export async function provisionAuditKey(token: Token): Promise<void> {
  const { cryptoki, session } = token
  if (findObjects(cryptoki, session, PRIVATE_KEYS).length === 0) {
    await withWritableSession(token, (writable) => {
      for (const left of findObjects(cryptoki, writable, publicTemplate())) {
        cryptoki.C_DestroyObject(writable, left) // half of a pair whose making was interrupted
      }
      const mechanism = { mechanism: pkcs11.CKM_EC_KEY_PAIR_GEN }
      cryptoki.C_GenerateKeyPair(writable, mechanism, publicTemplate(), privateTemplate())
    })
  }
  getAuditKey(token)
}

const PRIVATE_KEYS = [
  ulongs(pkcs11.CKA_CLASS, pkcs11.CKO_PRIVATE_KEY),
  flag(pkcs11.CKA_TOKEN, true),
  text(pkcs11.CKA_LABEL, LABEL),
]

function privateTemplate(): TokenAttribute[] {
  return [
    ...PRIVATE_KEYS,
    ulongs(pkcs11.CKA_KEY_TYPE, pkcs11.CKK_EC),
    text(pkcs11.CKA_ID, LABEL),
    flag(pkcs11.CKA_PRIVATE, true),
    flag(pkcs11.CKA_SENSITIVE, true),
    flag(pkcs11.CKA_EXTRACTABLE, false),
    flag(pkcs11.CKA_MODIFIABLE, false),
    flag(pkcs11.CKA_COPYABLE, false),
    flag(pkcs11.CKA_UNWRAP, false),
    flag(pkcs11.CKA_SIGN, true),
    flag(pkcs11.CKA_SIGN_RECOVER, false),
    flag(pkcs11.CKA_DECRYPT, false),
    flag(pkcs11.CKA_DERIVE, false),
    ulongs(pkcs11.CKA_ALLOWED_MECHANISMS, pkcs11.CKM_ECDSA),
  ]
}

function publicTemplate(): TokenAttribute[] {
  return [
    ulongs(pkcs11.CKA_CLASS, pkcs11.CKO_PUBLIC_KEY),
    ulongs(pkcs11.CKA_KEY_TYPE, pkcs11.CKK_EC),
    text(pkcs11.CKA_LABEL, LABEL),
    text(pkcs11.CKA_ID, LABEL),
    flag(pkcs11.CKA_TOKEN, true),
    flag(pkcs11.CKA_PRIVATE, false),
    flag(pkcs11.CKA_MODIFIABLE, false),
    flag(pkcs11.CKA_COPYABLE, false),
    flag(pkcs11.CKA_VERIFY, false),
    flag(pkcs11.CKA_VERIFY_RECOVER, false),
    flag(pkcs11.CKA_ENCRYPT, false),
    flag(pkcs11.CKA_WRAP, false),
    flag(pkcs11.CKA_DERIVE, false),
    bytes(pkcs11.CKA_EC_PARAMS, P256.parameters),
  ]
}
