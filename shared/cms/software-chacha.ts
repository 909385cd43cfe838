/** ChaCha20-Poly1305 (RFC 8439), which WebCrypto lacks. Loaded when a message comes in it. */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import type { Bytes } from '../bytes.ts'

/**
 * Decrypts what has its tag behind it.
 * @throws Error on a wrong tag
 */
export function decryptChaCha(key: Bytes, nonce: Bytes, aad: Bytes, sealed: Bytes): Bytes {
  return chacha20poly1305(key, nonce, aad).decrypt(sealed)
}
