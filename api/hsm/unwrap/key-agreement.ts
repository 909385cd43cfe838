import { createHash } from 'node:crypto'
import type { Handle } from 'pkcs11js'
import type { Bytes } from '#shared/bytes.ts'
import { deriveWrapKey } from '#shared/cms/agreement-kdf.ts'
import { isHkdf } from '#shared/cms/algorithms.ts'
import type { Recipient } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import { wipe } from '../pkcs11/buffers.ts'
import { deriveSharedSecret } from '../pkcs11/ec.ts'
import type { EdwardsCurve, NamedCurve } from '../pkcs11/key-class.ts'
import type { Token } from '../pkcs11/token.ts'
import { recoverAesWrapped } from './aes-key-wrap.ts'
import { readOriginator } from './originator.ts'
import type { Recovered } from './recovered.ts'

type Agreement = Extract<Recipient, { kind: 'kari' }>

const SHORTEST_WRAPPED = 24
const LONGEST_WRAPPED = 40
const WRAP_BYTES = 8

/**
 * The content key of a KeyAgreeRecipientInfo: ECDH in the token; KDF and key unwrap here, where the
 * shared secret and the key-encryption key end.
 * @throws PosternError `request/malformed` on a point off the curve, or a length no wrapped key has;
 * `hsm/unsupported` for the key derivation of another kind of curve
 */
export async function recoverAgreed(
  token: Token,
  key: Handle,
  curve: NamedCurve | EdwardsCurve,
  entry: Agreement,
  keyBytes: number,
): Promise<Recovered> {
  if (isHkdf(entry.scheme) && curve.name !== 'x25519') {
    throw new PosternError('hsm/unsupported', 'HKDF belongs to X25519, which this key is not for')
  }
  const { length } = entry.encryptedKey
  if (length % WRAP_BYTES !== 0 || length < SHORTEST_WRAPPED || length > LONGEST_WRAPPED) {
    throw new PosternError('request/malformed', 'Not a wrapped content key')
  }
  const point = readOriginator(entry.originator, curve)
  const kek = await deriveKeyEncryptionKey(deriveSharedSecret(token, key, curve, point), entry)
  try {
    const recovered = recoverAesWrapped(kek, entry.encryptedKey)
    // A key of another length is a public fact, yet answered like any other failure: one rule.
    return recovered.key.length === keyBytes
      ? recovered
      : { good: 0, key: new Uint8Array(keyBytes) }
  } finally {
    wipe(kek)
  }
}

/** The key-encryption key, by the key derivation of the entry's scheme (RFC 5753 §7.1.4). Spends the secret. */
async function deriveKeyEncryptionKey(secret: Uint8Array, entry: Agreement): Promise<Bytes> {
  try {
    return await deriveWrapKey({
      scheme: entry.scheme,
      wrap: entry.wrap,
      ukm: entry.ukm ?? null,
      secret,
      hash: (name, data) => new Uint8Array(createHash(name).update(data).digest()),
    })
  } finally {
    wipe(secret)
  }
}
