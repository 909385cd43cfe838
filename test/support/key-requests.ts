import { randomBytes } from 'node:crypto'

/** A well-formed unwrap request for an RSA-2048 key, over random bytes. */
export function unwrapBody() {
  return {
    recipient: {
      kind: 'ktri',
      algorithm: 'rsa-pkcs1',
      encryptedKey: randomBytes(256).toString('base64url'),
    },
    content: { algorithm: 'aes-256-gcm' },
    message: { digest: randomBytes(32).toString('base64url') },
    sealTo: randomBytes(65).toString('base64url'),
  }
}

/** A well-formed request to sign with an EC key. */
export function signBody(digest: Uint8Array = randomBytes(32)) {
  return {
    digest: { algorithm: 'sha-256', value: Buffer.from(digest).toString('base64url') },
    signature: 'ecdsa',
    context: { subject: 'The quarterly figures', to: ['bob@example.com'] },
  }
}
