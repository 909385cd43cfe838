import { randomBytes } from 'node:crypto'
import pkcs11 from 'pkcs11js'
import type { Handle } from 'pkcs11js'
import { type Bytes, concat } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'
import { ownCopy, wipe } from './buffers.ts'
import { tokenFailure } from './failure.ts'
import type { Token } from './token.ts'

// Sealed form: version ‖ nonce ‖ ciphertext ‖ tag. Random nonces of 96 bits serve 2^32 secrets under
// one key (NIST SP 800-38D §8.3); there is one for each enrolled factor.
const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Encrypts a small secret in the token by AES-256-GCM, with `context` as additional data. */
export function protect(
  { cryptoki, session }: Token,
  key: Handle,
  secret: Uint8Array,
  context: Uint8Array,
): Bytes {
  const nonce = randomBytes(NONCE_BYTES)
  const input = ownCopy(secret)
  try {
    cryptoki.C_EncryptInit(session, gcm(nonce, context), key)
    const sealed = cryptoki.C_Encrypt(session, input, Buffer.alloc(secret.length + TAG_BYTES))
    return concat(Uint8Array.of(VERSION), nonce, sealed)
  } finally {
    wipe(input)
  }
}

/**
 * The secret that `protect` encrypted.
 * @throws PosternError `token/broken` when `sealed` or `context` is another, or the token has another key
 */
export function reveal(
  { cryptoki, session }: Token,
  key: Handle,
  sealed: Uint8Array,
  context: Uint8Array,
): Bytes {
  if (sealed[0] !== VERSION || sealed.length < 1 + NONCE_BYTES + TAG_BYTES) throw notOurs()
  const nonce = Buffer.from(sealed.subarray(1, 1 + NONCE_BYTES))
  const input = Buffer.from(sealed.subarray(1 + NONCE_BYTES))
  const output = Buffer.alloc(input.length)
  cryptoki.C_DecryptInit(session, gcm(nonce, context), key)
  try {
    return new Uint8Array(cryptoki.C_Decrypt(session, input, output))
  } catch (error) {
    throw meansBadTag(error) ? notOurs(error) : tokenFailure(error)
  } finally {
    wipe(output)
  }
}

/**
 * A tag that only this key makes, or nothing where the token does not do AES-GCM. Its nonce is spent on this one message of no secret, again and again: that tells
 * nothing, and no random nonce will be all zeros.
 */
export function fingerprintOfProtection(
  { cryptoki, session }: Token,
  key: Handle,
  context: Uint8Array,
): Uint8Array {
  try {
    cryptoki.C_EncryptInit(session, gcm(Buffer.alloc(NONCE_BYTES), context), key)
    return cryptoki.C_Encrypt(session, Buffer.alloc(1), Buffer.alloc(1 + TAG_BYTES))
  } catch (error) {
    if (tokenFailure(error).code === 'hsm/unsupported') return new Uint8Array()
    throw error
  }
}

/** SoftHSM tells a wrong tag as CKR_GENERAL_ERROR, others as CKR_ENCRYPTED_DATA_INVALID (PKCS#11 2.40 §2.12.3). */
function meansBadTag(error: unknown): boolean {
  const codes: readonly number[] = [pkcs11.CKR_GENERAL_ERROR, pkcs11.CKR_ENCRYPTED_DATA_INVALID]
  return error instanceof pkcs11.Pkcs11Error && codes.includes(error.code)
}

function notOurs(cause?: unknown): PosternError {
  return new PosternError('token/broken', 'A stored secret was not made by this token', { cause })
}

function gcm(nonce: Buffer, context: Uint8Array) {
  const parameter = {
    type: pkcs11.CK_PARAMS_AES_GCM_v240,
    iv: nonce,
    ivBits: 8 * NONCE_BYTES,
    aad: Buffer.from(context),
    tagBits: 8 * TAG_BYTES,
  }
  return { mechanism: pkcs11.CKM_AES_GCM, parameter }
}
