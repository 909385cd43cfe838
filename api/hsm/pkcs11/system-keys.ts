import pkcs11 from 'pkcs11js'
import type { Handle } from 'pkcs11js'
import { PosternError } from '#shared/errors.ts'
import { differences, findObjects, flag, text, type TokenAttribute, ulongs } from './attributes.ts'
import { madeInToken } from './key-template.ts'
import { type Token, withWritableSession } from './token.ts'

/** Secrets of the service itself, one for each purpose; the users' keys are made one by one. */
export type SystemKeys = {
  /** HMAC: what a refused entry's content key is derived from (`unwrap/rejection.ts`). */
  readonly rejection: Handle
  /** AES-256-GCM: secrets at rest. */
  readonly protection: Handle
  /** HMAC: the audit's hashes of what a user saw. */
  readonly keyedHash: Handle
}

const SECRET_BYTES = 32

type Kind = 'hmac' | 'aes-gcm'
const KINDS = {
  rejection: 'hmac',
  protection: 'aes-gcm',
  keyedHash: 'hmac',
} as const satisfies Record<keyof SystemKeys, Kind>
const LABELS = {
  rejection: 'postern/system/rejection',
  protection: 'postern/system/protection',
  keyedHash: 'postern/system/keyed-hash',
} as const satisfies Record<keyof SystemKeys, string>

/**
 * The three keys, their attributes read again.
 * @throws PosternError `token/broken` when one is missing (the token is not provisioned), there twice, or changed
 */
export function getSystemKeys(token: Token): SystemKeys {
  return {
    rejection: getSystemKey(token, 'rejection'),
    protection: getSystemKey(token, 'protection'),
    keyedHash: getSystemKey(token, 'keyedHash'),
  }
}

/** Makes those that are missing; never a second one, for each is the only one that reads its own work. */
export async function provisionSystemKeys(token: Token): Promise<void> {
  for (const name of ['rejection', 'protection', 'keyedHash'] as const) {
    if (findSystemKeys(token, name).length > 0) continue
    await withWritableSession(token, (session) =>
      token.cryptoki.C_GenerateKey(session, { mechanism: generationMechanism(KINDS[name]) }, [
        ...template(name),
        ulongs(pkcs11.CKA_VALUE_LEN, SECRET_BYTES),
      ]),
    )
  }
  getSystemKeys(token)
}

function getSystemKey(token: Token, name: keyof SystemKeys): Handle {
  const [handle, another] = findSystemKeys(token, name)
  if (handle === undefined) throw new PosternError('token/broken', 'The token is not provisioned')
  const expected = [...template(name), ...madeInToken()]
  const different = differences(token.cryptoki, token.session, handle, expected)
  if (another !== undefined || different.length > 0) {
    throw new PosternError('token/broken', 'A system key in the token is not as it was made')
  }
  return handle
}

function findSystemKeys({ cryptoki, session }: Token, name: keyof SystemKeys): Handle[] {
  return findObjects(cryptoki, session, [
    ulongs(pkcs11.CKA_CLASS, pkcs11.CKO_SECRET_KEY),
    flag(pkcs11.CKA_TOKEN, true),
    text(pkcs11.CKA_LABEL, LABELS[name]),
  ])
}

function template(name: keyof SystemKeys): TokenAttribute[] {
  const isHmac = KINDS[name] === 'hmac'
  return [
    ulongs(pkcs11.CKA_CLASS, pkcs11.CKO_SECRET_KEY),
    ulongs(pkcs11.CKA_KEY_TYPE, isHmac ? pkcs11.CKK_GENERIC_SECRET : pkcs11.CKK_AES),
    text(pkcs11.CKA_LABEL, LABELS[name]),
    text(pkcs11.CKA_ID, LABELS[name]),
    flag(pkcs11.CKA_TOKEN, true),
    ...secretTemplate(KINDS[name]),
  ]
}

/** What every secret key of ours has: it serves one mechanism, and cannot be read, changed or copied. */
export function secretTemplate(kind: Kind): TokenAttribute[] {
  const isHmac = kind === 'hmac'
  return [
    flag(pkcs11.CKA_PRIVATE, true),
    flag(pkcs11.CKA_SENSITIVE, true),
    flag(pkcs11.CKA_EXTRACTABLE, false),
    flag(pkcs11.CKA_MODIFIABLE, false),
    flag(pkcs11.CKA_COPYABLE, false),
    flag(pkcs11.CKA_WRAP, false),
    flag(pkcs11.CKA_UNWRAP, false),
    flag(pkcs11.CKA_DERIVE, false),
    flag(pkcs11.CKA_VERIFY, false),
    flag(pkcs11.CKA_SIGN, isHmac),
    flag(pkcs11.CKA_ENCRYPT, !isHmac),
    flag(pkcs11.CKA_DECRYPT, !isHmac),
    ulongs(pkcs11.CKA_ALLOWED_MECHANISMS, isHmac ? pkcs11.CKM_SHA256_HMAC : pkcs11.CKM_AES_GCM),
  ]
}

/** How a key of this kind is made. */
export function generationMechanism(kind: Kind): number {
  return kind === 'hmac' ? pkcs11.CKM_GENERIC_SECRET_KEY_GEN : pkcs11.CKM_AES_KEY_GEN
}
