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
} from '../attributes.ts'
import { madeInToken } from '../key-template.ts'
import { readSpki } from '../public-key.ts'
import { type Token, withWritableSession } from '../token.ts'

const LABEL = 'postern/system/import'
const BITS = 3072
const EXPONENT = Uint8Array.of(1, 0, 1)

/**
 * The pair that keys are wrapped for on their way into the token; its private half does nothing but unwrap them. Made
 * once, when the first key is to be imported: most companies import none.
 * @throws PosternError `token/broken` when it was changed, or is there twice
 */
export async function openImportKey(token: Token): Promise<Bytes> {
  if (findHalves(token, pkcs11.CKO_PRIVATE_KEY).length === 0) await make(token)
  privateImportKey(token)
  const [publicHalf] = findHalves(token, pkcs11.CKO_PUBLIC_KEY)
  if (publicHalf === undefined) throw broken('lacks the public half of its import key')
  return readSpki(token.cryptoki, token.session, publicHalf, `rsa-${BITS}`)
}

/** Its private half, the attributes read again. */
export function privateImportKey(token: Token): Handle {
  const [handle, another] = findHalves(token, pkcs11.CKO_PRIVATE_KEY)
  if (handle === undefined) throw broken('has no import key')
  const expected = [...privateTemplate(), ...madeInToken()]
  const changed = differences(token.cryptoki, token.session, handle, expected)
  if (another !== undefined || changed.length > 0) throw broken('has another import key')
  return handle
}

function broken(how: string): PosternError {
  return new PosternError('token/broken', `The token ${how}`)
}

function findHalves({ cryptoki, session }: Token, kind: number): Handle[] {
  const label = text(pkcs11.CKA_LABEL, LABEL)
  return findObjects(cryptoki, session, [ulongs(pkcs11.CKA_CLASS, kind), label])
}

/** A public half that an interrupted making left alone is removed first. */
async function make(token: Token): Promise<void> {
  await withWritableSession(token, (session) => {
    for (const left of findHalves(token, pkcs11.CKO_PUBLIC_KEY)) {
      token.cryptoki.C_DestroyObject(session, left)
    }
    const mechanism = { mechanism: pkcs11.CKM_RSA_PKCS_KEY_PAIR_GEN }
    return token.cryptoki.C_GenerateKeyPairAsync(
      session,
      mechanism,
      publicTemplate(),
      privateTemplate(),
    )
  })
}

function common(kind: number): TokenAttribute[] {
  return [
    ulongs(pkcs11.CKA_CLASS, kind),
    ulongs(pkcs11.CKA_KEY_TYPE, pkcs11.CKK_RSA),
    text(pkcs11.CKA_LABEL, LABEL),
    text(pkcs11.CKA_ID, LABEL),
    flag(pkcs11.CKA_TOKEN, true),
    flag(pkcs11.CKA_MODIFIABLE, false),
    flag(pkcs11.CKA_COPYABLE, false),
    flag(pkcs11.CKA_DERIVE, false),
  ]
}

function privateTemplate(): TokenAttribute[] {
  return [
    ...common(pkcs11.CKO_PRIVATE_KEY),
    flag(pkcs11.CKA_PRIVATE, true),
    flag(pkcs11.CKA_SENSITIVE, true),
    flag(pkcs11.CKA_EXTRACTABLE, false),
    flag(pkcs11.CKA_UNWRAP, true),
    flag(pkcs11.CKA_DECRYPT, false),
    flag(pkcs11.CKA_SIGN, false),
    flag(pkcs11.CKA_SIGN_RECOVER, false),
    ulongs(pkcs11.CKA_ALLOWED_MECHANISMS, pkcs11.CKM_RSA_PKCS_OAEP),
  ]
}

function publicTemplate(): TokenAttribute[] {
  return [
    ...common(pkcs11.CKO_PUBLIC_KEY),
    flag(pkcs11.CKA_PRIVATE, false),
    flag(pkcs11.CKA_ENCRYPT, false),
    flag(pkcs11.CKA_VERIFY, false),
    flag(pkcs11.CKA_VERIFY_RECOVER, false),
    flag(pkcs11.CKA_WRAP, false),
    ulongs(pkcs11.CKA_MODULUS_BITS, BITS),
    bytes(pkcs11.CKA_PUBLIC_EXPONENT, EXPONENT),
  ]
}
