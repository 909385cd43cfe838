import pkcs11 from 'pkcs11js'
import { parseBase64url } from '#shared/base64.ts'
import { PosternError } from '#shared/errors.ts'
import type { TokenKey } from '../port.ts'
import { bytes, flag, text, type TokenAttribute, ulongs } from './attributes.ts'
import { CKK_EC_EDWARDS, CKM_EDDSA } from './edwards.ts'
import { type KeyClass, keyClass, keyLabel } from './key-class.ts'

const PUBLIC_EXPONENT = Uint8Array.of(1, 0, 1)

/** What one use needs of a private key: exactly one of SIGN, DECRYPT, DERIVE, and its mechanisms. */
type Use = { readonly may: 'sign' | 'decrypt' | 'derive'; readonly mechanisms: readonly number[] }

/** What stands in for raw RSA where that could forge: the token takes the padding off itself. */
const PADDED = [pkcs11.CKM_RSA_PKCS, pkcs11.CKM_RSA_PKCS_OAEP]

/**
 * Raw RSA is for encryption keys alone: on a signing key it would forge signatures (security.md B).
 * PSS stands beside PKCS#1 v1.5 because a template cannot be widened later.
 */
function useOf({ purpose, algorithm, origin }: TokenKey): Use {
  const made = keyClass(algorithm)
  const agrees: Use = { may: 'derive', mechanisms: [pkcs11.CKM_ECDH1_DERIVE] }
  const signs = (...mechanisms: number[]): Use => ({ may: 'sign', mechanisms })
  switch (made.type) {
    case 'rsa':
      return purpose === 'sign'
        ? signs(pkcs11.CKM_RSA_PKCS, pkcs11.CKM_RSA_PKCS_PSS)
        : { may: 'decrypt', mechanisms: origin === 'dual-use' ? PADDED : [pkcs11.CKM_RSA_X_509] }
    case 'ec':
      return purpose === 'sign' ? signs(pkcs11.CKM_ECDSA) : agrees
    case 'edwards':
      if ((made.curve.name === 'ed25519') !== (purpose === 'sign')) {
        throw new PosternError('hsm/unsupported', 'Keys of this kind have another purpose')
      }
      return purpose === 'sign' ? signs(CKM_EDDSA) : agrees
  }
}

function nameOf(key: TokenKey): TokenAttribute[] {
  return [bytes(pkcs11.CKA_ID, parseBase64url(key.id)), text(pkcs11.CKA_LABEL, keyLabel(key))]
}

const KEY_TYPES = {
  rsa: pkcs11.CKK_RSA,
  ec: pkcs11.CKK_EC,
  edwards: CKK_EC_EDWARDS,
} as const satisfies Record<KeyClass['type'], number>

function keyType(key: TokenKey): TokenAttribute {
  return ulongs(pkcs11.CKA_KEY_TYPE, KEY_TYPES[keyClass(key.algorithm).type])
}

/** How a user's private key is made: it stays in the token, unreadable and unchangeable, for one use. */
export function privateKeyTemplate(key: TokenKey): TokenAttribute[] {
  const use = useOf(key)
  return [
    ulongs(pkcs11.CKA_CLASS, pkcs11.CKO_PRIVATE_KEY),
    keyType(key),
    ...nameOf(key),
    flag(pkcs11.CKA_TOKEN, true),
    flag(pkcs11.CKA_PRIVATE, true),
    flag(pkcs11.CKA_SENSITIVE, true),
    flag(pkcs11.CKA_EXTRACTABLE, false),
    flag(pkcs11.CKA_MODIFIABLE, false),
    flag(pkcs11.CKA_COPYABLE, false),
    flag(pkcs11.CKA_UNWRAP, false),
    flag(pkcs11.CKA_SIGN, use.may === 'sign'),
    flag(pkcs11.CKA_SIGN_RECOVER, false),
    flag(pkcs11.CKA_DECRYPT, use.may === 'decrypt'),
    flag(pkcs11.CKA_DERIVE, use.may === 'derive'),
    ulongs(pkcs11.CKA_ALLOWED_MECHANISMS, ...use.mechanisms),
  ]
}

/** What a key's attributes must be when they are read again: as made, and never otherwise. */
export function expectedPrivateKey(key: TokenKey): TokenAttribute[] {
  const { origin = 'made' } = key
  return [...privateKeyTemplate(key), ...(origin === 'made' ? madeInToken() : cameFromElsewhere())]
}

/** What the token itself says of an object that it made and never let out. */
export function madeInToken(): TokenAttribute[] {
  return [
    flag(pkcs11.CKA_LOCAL, true),
    flag(pkcs11.CKA_ALWAYS_SENSITIVE, true),
    flag(pkcs11.CKA_NEVER_EXTRACTABLE, true),
  ]
}

/** And of one that was unwrapped into it. */
function cameFromElsewhere(): TokenAttribute[] {
  return [
    flag(pkcs11.CKA_LOCAL, false),
    flag(pkcs11.CKA_ALWAYS_SENSITIVE, false),
    flag(pkcs11.CKA_NEVER_EXTRACTABLE, false),
  ]
}

/** The public half: it lies in the token to be read, and has no use there. */
export function publicKeyTemplate(key: TokenKey): TokenAttribute[] {
  const made = keyClass(key.algorithm)
  return [
    ulongs(pkcs11.CKA_CLASS, pkcs11.CKO_PUBLIC_KEY),
    keyType(key),
    ...nameOf(key),
    flag(pkcs11.CKA_TOKEN, true),
    flag(pkcs11.CKA_PRIVATE, false),
    flag(pkcs11.CKA_MODIFIABLE, false),
    flag(pkcs11.CKA_COPYABLE, false),
    flag(pkcs11.CKA_VERIFY, false),
    flag(pkcs11.CKA_VERIFY_RECOVER, false),
    flag(pkcs11.CKA_ENCRYPT, false),
    flag(pkcs11.CKA_WRAP, false),
    flag(pkcs11.CKA_DERIVE, false),
    ...(made.type === 'rsa'
      ? [
          ulongs(pkcs11.CKA_MODULUS_BITS, made.bits),
          bytes(pkcs11.CKA_PUBLIC_EXPONENT, PUBLIC_EXPONENT),
        ]
      : [bytes(pkcs11.CKA_EC_PARAMS, made.curve.parameters)]),
  ]
}
