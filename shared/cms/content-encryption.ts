import { type Bytes, concat } from '../bytes.ts'
import { CONTENT_KEY_BYTES, type ContentAlgorithm } from '../contract/keys.ts'
import { isPosternError, PosternError } from '../errors.ts'
import { release } from '../release.ts'
import type { AesParameters } from './aes-parameters.ts'
import { LACKED_KEY_BYTES, runAes } from './aes.ts'
import { type AesCbcCipher, type GcmCipher, isGcm } from './algorithms.ts'
import type { AuthEnvelopedData } from './auth-enveloped-data.ts'
import { decryptCcm } from './ccm.ts'
import type { CbcEncryption, GcmEncryption } from './content-encryption-algorithm.ts'
import { deriveContentKey } from './content-key-derivation.ts'
import type { EnvelopedData } from './enveloped-data.ts'
import { decryptLargeCbc } from './large-cbc.ts'
import { decryptLargeGcm, isUsualNonce } from './large-gcm.ts'
import { LARGE_CONTENT } from './pieces.ts'

/** A cipher that content is written with. */
export type WritableCipher = AesCbcCipher | GcmCipher

/** Encrypted content, ready for `encodeEnvelopedData` or `encodeAuthEnvelopedData`. */
export type EncryptedWith =
  | {
      readonly kind: 'enveloped'
      readonly encryption: CbcEncryption
      readonly ciphertext: Bytes
    }
  | {
      readonly kind: 'auth-enveloped'
      readonly encryption: GcmEncryption
      readonly ciphertext: Bytes
      readonly tag: Bytes
    }

const TAG_BYTES = 16
const NONCE_BYTES = 12 // RFC 5084 §3.2
const IV_BYTES = 16

/** A fresh random content key for this cipher. */
export function newContentKey(name: WritableCipher): Bytes {
  return crypto.getRandomValues(new Uint8Array(CONTENT_KEY_BYTES[name]))
}

/**
 * Decrypts the content of a message with the key that its recipients got. CBC proves nothing about who wrote the text.
 * @param spent the memory of the ciphertext may be written over and freed
 * @throws PosternError `content/damaged` for a wrong key, padding or tag, with no difference between them;
 * `cms/unsupported`, naming the cipher
 */
export async function decryptContent(
  envelope: EnvelopedData | AuthEnvelopedData,
  key: Bytes,
  spent = false,
): Promise<Bytes> {
  const { boundTo } = envelope
  const contentKey = boundTo === null ? key : await deriveContentKey(key, boundTo)
  const plaintext = await decryptWith(envelope, contentKey, spent)
  if (spent && plaintext.buffer !== envelope.ciphertext.buffer) release(envelope.ciphertext)
  return plaintext
}

function decryptWith(
  envelope: EnvelopedData | AuthEnvelopedData,
  key: Bytes,
  spent: boolean,
): Promise<Bytes> {
  switch (envelope.kind) {
    case 'enveloped':
      return decryptCbc(envelope, key, spent)
    case 'auth-enveloped':
      return decryptAead(envelope, key, spent)
  }
}

/**
 * Encrypts content under a fresh IV or nonce.
 * @param key fresh from `newContentKey`, for this content alone
 */
export async function encryptContent(
  name: WritableCipher,
  key: Bytes,
  content: Bytes,
): Promise<EncryptedWith> {
  if (!isGcm(name)) {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
    const ciphertext = await runAes('encrypt', { name: 'AES-CBC', iv }, key, content)
    return { kind: 'enveloped', encryption: { kind: 'cbc', name, iv }, ciphertext }
  }
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const encrypted = await runAes('encrypt', gcmParameters(nonce, TAG_BYTES), key, content)
  return {
    kind: 'auth-enveloped',
    encryption: { kind: 'aead', name, nonce, tagLength: TAG_BYTES },
    ciphertext: encrypted.subarray(0, -TAG_BYTES),
    tag: encrypted.subarray(-TAG_BYTES),
  }
}

function decryptCbc(
  { encryption, ciphertext }: EnvelopedData,
  key: Bytes,
  spent: boolean,
): Promise<Bytes> {
  if (encryption.kind === 'unsupported') throw unsupported(encryption.name)
  const { name, iv } = encryption
  checkLength(name, key)
  switch (name) {
    case 'aes-128-cbc':
    case 'aes-192-cbc':
    case 'aes-256-cbc':
      return orDamaged(() =>
        isLarge(key, ciphertext)
          ? decryptLargeCbc(key, iv, ciphertext, spent ? ciphertext : undefined)
          : runAes('decrypt', { name: 'AES-CBC', iv }, key, ciphertext),
      )
    case 'des-ede3-cbc':
    case 'rc2-cbc':
    case 'rc2-64-cbc':
    case 'rc2-40-cbc':
      return orDamaged(async () => {
        const legacy = await import('./legacy-ciphers.ts')
        return legacy.decryptLegacy(name, key, iv, ciphertext)
      })
  }
}

function decryptAead(envelope: AuthEnvelopedData, key: Bytes, spent: boolean): Promise<Bytes> {
  const { encryption, ciphertext, tag, aad } = envelope
  if (encryption.kind === 'unsupported') throw unsupported(encryption.name)
  const { name, nonce, tagLength } = encryption
  checkLength(name, key)
  switch (name) {
    case 'aes-128-gcm':
    case 'aes-192-gcm':
    case 'aes-256-gcm':
      return orDamaged(() =>
        isLarge(key, ciphertext) && isUsualNonce(nonce)
          ? decryptLargeGcm({ key, nonce, aad, tag, ciphertext }, spent ? ciphertext : undefined)
          : runAes('decrypt', gcmParameters(nonce, tagLength, aad), key, concat(ciphertext, tag)),
      )
    case 'aes-128-ccm':
    case 'aes-192-ccm':
    case 'aes-256-ccm':
      return orDamaged(() => decryptCcm({ key, nonce, aad, tag, ciphertext }))
    case 'chacha20-poly1305':
      return orDamaged(async () => {
        const software = await import('./software-chacha.ts')
        return software.decryptChaCha(key, nonce, aad, concat(ciphertext, tag))
      })
  }
}

/** Whether to decrypt in pieces. Not by a key that some engines lack: see `runAes`. */
function isLarge(key: Bytes, ciphertext: Bytes): boolean {
  return ciphertext.length >= LARGE_CONTENT && key.length !== LACKED_KEY_BYTES
}

function gcmParameters(iv: Bytes, tagBytes: number, aad: Bytes = new Uint8Array()): AesParameters {
  return { name: 'AES-GCM', iv, tagLength: tagBytes * 8, additionalData: aad }
}

/** One failure for whatever does not hold. */
async function orDamaged(decrypt: () => Promise<Bytes>): Promise<Bytes> {
  try {
    return await decrypt()
  } catch (error) {
    if (isPosternError(error)) throw error
    throw new PosternError('content/damaged', 'The content cannot be decrypted.', { cause: error })
  }
}

function checkLength(name: ContentAlgorithm, key: Bytes): void {
  if (key.length === CONTENT_KEY_BYTES[name]) return
  throw new PosternError('content/damaged', 'The content key has a wrong length.')
}

function unsupported(name: string): PosternError {
  return new PosternError('cms/unsupported', `The content is encrypted with ${name}.`)
}
