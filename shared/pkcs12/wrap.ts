import type { Bytes } from '../bytes.ts'

/** A private key that only one token can unwrap: AES key wrap with padding, under a key that RSA-OAEP carries. */
export type WrappedKey = {
  /** The AES-256 key by RSAES-OAEP with SHA-1 (RFC 8017 §7.1): what tokens unwrap everywhere. */
  readonly wrappedKek: Bytes
  /** DER PrivateKeyInfo by RFC 5649. */
  readonly wrappedKey: Bytes
}

const KEK_BYTES = 32

/** Wraps for the token's import key, and overwrites the private key. */
export async function wrapForToken(importKey: Bytes, privateKey: Bytes): Promise<WrappedKey> {
  const { wrapPadded } = await import('../cms/software-aes.ts')
  const algorithm = { name: 'RSA-OAEP', hash: 'SHA-1' }
  const target = await crypto.subtle.importKey('spki', importKey, algorithm, false, ['encrypt'])
  const kek = crypto.getRandomValues(new Uint8Array(KEK_BYTES))
  try {
    const wrappedKek = await crypto.subtle.encrypt('RSA-OAEP', target, kek)
    return { wrappedKek: new Uint8Array(wrappedKek), wrappedKey: wrapPadded(kek, privateKey) }
  } finally {
    kek.fill(0)
    privateKey.fill(0)
  }
}
