import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core'
import type { Bytes } from './bytes.ts'
import { SEAL_INFO } from './contract/sealing.ts'
import { PosternError } from './errors.ts'

/** A content key sealed to one browser session. `enc` is the encapsulated key, 65 bytes. */
export type SealedContentKey = { readonly enc: Bytes; readonly sealed: Bytes }

/** The browser session's key pair; the private half cannot leave this object. */
export type SessionKey = {
  /** Uncompressed P-256 point, 65 bytes: what is sent as `sealTo`. */
  readonly publicKey: Bytes
  /**
   * The content key inside `sealed`.
   * @param context what was sealed with it: `sealingContext` of `contract/sealing.ts`
   * @throws PosternError `network/bad-answer` when it was sealed to another key or context, or changed
   */
  open(of: SealedContentKey & { readonly context: Bytes }): Promise<Bytes>
}

// RFC 9180 §7: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, in base mode.
function suite(): CipherSuite {
  return new CipherSuite({
    kem: new DhkemP256HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  })
}

/**
 * Seals a content key to a session (RFC 9180 §6.1). `sealed` is 16 bytes longer than the key.
 * @param of.sealTo the session's public key: an uncompressed P-256 point
 * @param of.context additional authenticated data: `sealingContext` of `contract/sealing.ts`
 * @throws PosternError `request/malformed` when `sealTo` is no point of the curve
 */
export async function sealContentKey(of: {
  readonly sealTo: Bytes
  readonly contentKey: Bytes
  readonly context: Bytes
}): Promise<SealedContentKey> {
  const hpke = suite()
  const recipientPublicKey = await hpke.kem
    .deserializePublicKey(of.sealTo)
    .catch((cause: unknown) => {
      throw new PosternError('request/malformed', 'The key to seal to is not a P-256 point', {
        cause,
      })
    })
  const { enc, ct } = await hpke.seal(
    { recipientPublicKey, info: SEAL_INFO },
    of.contentKey,
    of.context,
  )
  return { enc: new Uint8Array(enc), sealed: new Uint8Array(ct) }
}

/** A fresh key pair for one browser session; it is gone when the page is. */
export async function createSessionKey(): Promise<SessionKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, [
    'deriveBits',
  ])
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  return {
    publicKey,
    async open({ enc, sealed, context }) {
      try {
        const recipient = { recipientKey: pair, enc, info: SEAL_INFO }
        return new Uint8Array(await suite().open(recipient, sealed, context))
      } catch (cause) {
        throw new PosternError('network/bad-answer', 'The sealed content key does not open', {
          cause,
        })
      }
    },
  }
}
