import { type Bytes, concat } from '../bytes.ts'
import { CONTENT_KEY_BYTES } from '../contract/keys.ts'
import { PosternError } from '../errors.ts'
import { type CipherName, isGcm } from './algorithms.ts'
import type { AuthEnvelopedData } from './auth-enveloped-data.ts'
import type { ContentEncryption } from './content-encryption-algorithm.ts'
import { deriveContentKey } from './content-key-derivation.ts'
import type { EnvelopedData } from './enveloped-data.ts'

/** A cipher that content is written with. */
export type WritableCipher = Exclude<CipherName, 'des-ede3-cbc'>

/** Encrypted content, ready for `encodeEnvelopedData` or `encodeAuthEnvelopedData`. */
export type EncryptedWith =
  | {
      readonly kind: 'enveloped'
      readonly encryption: Extract<ContentEncryption, { kind: 'cbc' }>
      readonly ciphertext: Bytes
    }
  | {
      readonly kind: 'auth-enveloped'
      readonly encryption: Extract<ContentEncryption, { kind: 'gcm' }>
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
 * @throws PosternError `content/damaged` for a wrong key, padding or tag, with no difference between them;
 * `cms/unsupported`, naming the cipher
 */
export async function decryptContent(
  envelope: EnvelopedData | AuthEnvelopedData,
  key: Bytes,
): Promise<Bytes> {
  const { boundTo } = envelope
  const contentKey = boundTo === null ? key : await deriveContentKey(key, boundTo)
  switch (envelope.kind) {
    case 'enveloped':
      return decryptCbc(envelope, contentKey)
    case 'auth-enveloped':
      return decryptGcm(envelope, contentKey)
  }
}

/**
 * Encrypts content under a fresh IV or nonce.
 * @param key fresh from `newContentKey`, for this content alone
 * @throws PosternError `cms/unsupported` where this engine lacks the cipher (AES-192 in Chromium)
 */
export async function encryptContent(
  name: WritableCipher,
  key: Bytes,
  content: Bytes,
): Promise<EncryptedWith> {
  const cipher = await importKey(name, key, 'encrypt')
  if (!isGcm(name)) {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
    const encrypted = await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, cipher, content)
    const ciphertext = new Uint8Array(encrypted)
    return { kind: 'enveloped', encryption: { kind: 'cbc', name, iv }, ciphertext }
  }
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const parameters = { name: 'AES-GCM', iv: nonce, tagLength: TAG_BYTES * 8 }
  const encrypted = new Uint8Array(await crypto.subtle.encrypt(parameters, cipher, content))
  return {
    kind: 'auth-enveloped',
    encryption: { kind: 'gcm', name, nonce, tagLength: TAG_BYTES },
    ciphertext: encrypted.subarray(0, -TAG_BYTES),
    tag: encrypted.subarray(-TAG_BYTES),
  }
}

async function decryptCbc({ encryption, ciphertext }: EnvelopedData, key: Bytes): Promise<Bytes> {
  if (encryption.kind === 'unsupported') throw unsupported(encryption.name)
  const cipher = await importKey(encryption.name, key, 'decrypt')
  return decrypt({ name: 'AES-CBC', iv: encryption.iv }, cipher, ciphertext)
}

async function decryptGcm(envelope: AuthEnvelopedData, key: Bytes): Promise<Bytes> {
  const { encryption, ciphertext, tag, aad } = envelope
  if (encryption.kind === 'unsupported') throw unsupported(encryption.name)
  const cipher = await importKey(encryption.name, key, 'decrypt')
  const { nonce, tagLength } = encryption
  const parameters = { name: 'AES-GCM', iv: nonce, tagLength: tagLength * 8, additionalData: aad }
  return decrypt(parameters, cipher, concat(ciphertext, tag))
}

async function decrypt(
  parameters: AesCbcParams | AesGcmParams,
  cipher: CryptoKey,
  input: Bytes,
): Promise<Bytes> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters, cipher, input))
  } catch (error) {
    throw new PosternError('content/damaged', 'The content cannot be decrypted.', { cause: error })
  }
}

async function importKey(name: CipherName, key: Bytes, use: KeyUsage): Promise<CryptoKey> {
  if (name === 'des-ede3-cbc') throw unsupported(name)
  if (key.length !== CONTENT_KEY_BYTES[name]) {
    throw new PosternError('content/damaged', 'The content key has a wrong length.')
  }
  const algorithm = isGcm(name) ? 'AES-GCM' : 'AES-CBC'
  try {
    return await crypto.subtle.importKey('raw', key, algorithm, false, [use])
  } catch (error) {
    throw unsupported(name, error)
  }
}

function unsupported(name: string, cause?: unknown): PosternError {
  return new PosternError('cms/unsupported', `The content is encrypted with ${name}.`, { cause })
}
