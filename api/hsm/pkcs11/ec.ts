import pkcs11 from 'pkcs11js'
import type { Handle } from 'pkcs11js'
import { PosternError } from '#shared/errors.ts'
import { flag, readAttribute, ulongs } from './attributes.ts'
import type { EdwardsCurve, NamedCurve } from './key-class.ts'
import type { Token } from './token.ts'

/**
 * The shared secret Z of ECDH (SEC 1 §3.3.1): the x coordinate, as long as the field; or that of X25519
 * (RFC 7748 §6.1). The caller has checked that `point` (uncompressed) lies on the key's curve and is not of
 * low order, and overwrites Z after use.
 */
export function deriveSharedSecret(
  { cryptoki, session }: Token,
  key: Handle,
  curve: NamedCurve | EdwardsCurve,
  point: Uint8Array,
): Buffer {
  const parameter = {
    type: pkcs11.CK_PARAMS_EC_DH,
    kdf: pkcs11.CKD_NULL,
    publicData: Buffer.from(point),
  }
  const mechanism = { mechanism: pkcs11.CKM_ECDH1_DERIVE, parameter }
  const derived = cryptoki.C_DeriveKey(session, mechanism, key, sessionSecret(curve.fieldBytes))
  try {
    const secret = readAttribute(cryptoki, session, derived, pkcs11.CKA_VALUE)
    if (secret?.length === curve.fieldBytes) return secret
    throw new PosternError('hsm/unsupported', 'The token does not give the derived secret')
  } finally {
    cryptoki.C_DestroyObject(session, derived)
  }
}

/** A secret that lives in this session only, and may be read: Z goes straight into the KDF of this process. */
function sessionSecret(length: number) {
  return [
    ulongs(pkcs11.CKA_CLASS, pkcs11.CKO_SECRET_KEY),
    ulongs(pkcs11.CKA_KEY_TYPE, pkcs11.CKK_GENERIC_SECRET),
    flag(pkcs11.CKA_TOKEN, false),
    flag(pkcs11.CKA_SENSITIVE, false),
    flag(pkcs11.CKA_EXTRACTABLE, true),
    ulongs(pkcs11.CKA_VALUE_LEN, length),
  ]
}

/** ECDSA over a digest no longer than the field: r and s, each as long as the field. */
export function signEcdsaRaw(
  { cryptoki, session }: Token,
  key: Handle,
  curve: NamedCurve,
  digest: Uint8Array,
): Buffer {
  cryptoki.C_SignInit(session, { mechanism: pkcs11.CKM_ECDSA }, key)
  return cryptoki.C_Sign(session, Buffer.from(digest), Buffer.alloc(2 * curve.fieldBytes))
}
