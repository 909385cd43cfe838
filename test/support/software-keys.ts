import { Crypto } from '@peculiar/webcrypto'
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type KeyObject,
  sign,
} from 'node:crypto'
import type { Bytes } from '#shared/bytes.ts'
import { deriveWrapKey } from '#shared/cms/agreement-kdf.ts'
import { usualScheme } from '#shared/cms/signature-scheme.ts'
import { buildSignedAttributes } from '#shared/cms/signed-attributes.ts'
import { encodeSigningCertificate } from '#shared/cms/signing-certificate.ts'
import {
  CONTENT_KEY_BYTES,
  type ContentAlgorithm,
  type DigestAlgorithm,
  type Recipient,
} from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import type { DraftSigner } from '#shared/smime/draft.ts'
import type { ReaderKey, UnwrapContentKey } from '#shared/smime/reader.ts'
import type { Certificate } from '#shared/x509/certificate.ts'

/** A private key in memory beside its certificate: what the token and the key service are in the product. */
export type SoftwareKey = {
  readonly id: string
  readonly certificate: Certificate
  readonly privateKey: KeyObject
}

// WebCrypto's RSAES-PKCS1-v1_5, which neither browsers nor Node have.
const { subtle } = new Crypto()

export function softwareKey(id: string, certificate: Certificate, pem: string): SoftwareKey {
  return { id, certificate, privateKey: createPrivateKey(pem) }
}

export function readerKeys(keys: readonly SoftwareKey[]): ReaderKey[] {
  return keys.map(({ id, certificate }) => ({ id, certificate }))
}

/** Unwraps like the key service: a padding that does not hold gives some key of the right length. */
export function softwareUnwrap(keys: readonly SoftwareKey[]): UnwrapContentKey {
  return async ({ keyId, recipient, contentAlgorithm }) => {
    const key = keys.find(({ id }) => id === keyId)
    if (key === undefined) throw new PosternError('key/not-found', 'There is no such key.')
    return (
      (await opened(recipient, key, contentAlgorithm)) ?? rejection(recipient, contentAlgorithm)
    )
  }
}

async function opened(
  recipient: Recipient,
  { privateKey }: SoftwareKey,
  contentAlgorithm: ContentAlgorithm,
): Promise<Bytes | null> {
  try {
    const key =
      recipient.kind === 'ktri'
        ? await transported(recipient, privateKey)
        : await agreed(recipient, privateKey)
    return key.length === CONTENT_KEY_BYTES[contentAlgorithm] ? key : null
  } catch {
    return null
  }
}

function rejection(recipient: Recipient, contentAlgorithm: ContentAlgorithm): Bytes {
  const digest = createHash('sha256').update(recipient.encryptedKey).digest()
  return new Uint8Array(digest.subarray(0, CONTENT_KEY_BYTES[contentAlgorithm]))
}

async function transported(
  recipient: Extract<Recipient, { kind: 'ktri' }>,
  privateKey: KeyObject,
): Promise<Bytes> {
  const algorithm =
    recipient.algorithm === 'rsa-pkcs1'
      ? { name: 'RSAES-PKCS1-v1_5' }
      : { name: 'RSA-OAEP', hash: recipient.oaep.hash.toUpperCase() }
  const key = await subtle.importKey('pkcs8', pkcs8(privateKey), algorithm, false, ['decrypt'])
  return new Uint8Array(await subtle.decrypt(algorithm, key, recipient.encryptedKey))
}

async function agreed(
  recipient: Extract<Recipient, { kind: 'kari' }>,
  privateKey: KeyObject,
): Promise<Bytes> {
  const spki = Buffer.from(recipient.originator)
  const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  const kek = await deriveWrapKey({
    scheme: recipient.scheme,
    wrap: recipient.wrap,
    ukm: recipient.ukm ?? null,
    secret: new Uint8Array(diffieHellman({ privateKey, publicKey })),
    hash: (name, data) => new Uint8Array(createHash(name).update(data).digest()),
  })
  const wrapping = await crypto.subtle.importKey('raw', kek, 'AES-KW', false, ['unwrapKey'])
  const carrier = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.unwrapKey(
    'raw',
    recipient.encryptedKey,
    wrapping,
    'AES-KW',
    carrier,
    true,
    ['sign'],
  )
  return new Uint8Array(await crypto.subtle.exportKey('raw', key))
}

function pkcs8(key: KeyObject): Bytes {
  return new Uint8Array(key.export({ type: 'pkcs8', format: 'der' }))
}

/** Signs like the key service: the attributes are built here, at `signingTime`. */
export function softwareSigner(
  { certificate, privateKey }: SoftwareKey,
  digest: DigestAlgorithm,
  signingTime: Date,
  chain: readonly Certificate[] = [],
): DraftSigner {
  const scheme = usualScheme(certificate.publicKey)?.scheme
  if (scheme === undefined) throw new TypeError('a key that does not sign')
  return {
    certificate,
    digest,
    scheme,
    async sign(messageDigest) {
      const signedAttributes = buildSignedAttributes({
        digestAlgorithm: digest,
        messageDigest,
        signingTime,
        signingCertificate: await encodeSigningCertificate(certificate),
        scheme,
      })
      const hash = scheme === 'ed25519' ? null : digest.replace('-', '')
      const signature = new Uint8Array(sign(hash, signedAttributes, privateKey))
      return {
        signedAttributes,
        signature,
        certificates: [certificate, ...chain].map(({ der }) => der),
      }
    },
  }
}
