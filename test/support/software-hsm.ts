import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  privateDecrypt,
  randomBytes,
  sign,
} from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type {
  Hsm,
  HsmStatus,
  ImportRequest,
  SignRequest,
  TokenKey,
  UnwrapRequest,
} from '#api/hsm/port.ts'
import { type Bytes, concat, utf8 } from '#shared/bytes.ts'
import { type Checkpoint, encodeCheckpoint } from '#shared/contract/checkpoint.ts'
import type { KeyAlgorithm } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'

/**
 * The port to the token, in memory, for tests of what stands in front of it. It signs and keeps secrets in
 * earnest; it opens no recipient entry, but answers bytes of the right shape.
 */
export class SoftwareHsm implements Hsm {
  /** Operations with users' keys that got through to here, in order. */
  readonly calls: ('unwrap' | 'sign')[] = []
  /** Runs inside the next operations, after the token has done its work and before it answers. */
  beforeAnswer: () => Promise<void> = () => Promise.resolve()
  /** When set, every operation fails with it. */
  failure: PosternError | null = null
  /** Changes what `sign` answers: a token with a fault. */
  fault: (signature: Bytes) => Bytes = (signature) => signature
  /** What was asked last. */
  lastUnwrap: UnwrapRequest | null = null
  readonly #keys = new Map<string, KeyObject>()
  readonly #secret = randomBytes(32)
  readonly #auditKey = makePair('ec-p256')

  async unwrap(request: UnwrapRequest): Promise<{ enc: Bytes; sealed: Bytes }> {
    this.calls.push('unwrap')
    this.lastUnwrap = request
    await this.#answer()
    return { enc: bytes(randomBytes(65)), sealed: bytes(randomBytes(request.contentKeyBytes + 16)) }
  }

  async sign({ key, scheme, digest, message }: SignRequest): Promise<Bytes> {
    this.calls.push('sign')
    const privateKey = this.#keys.get(key.id)
    if (privateKey === undefined) throw new PosternError('token/broken', 'The key is missing.')
    const hash = scheme === 'ed25519' ? null : digest.replace('-', '')
    const padding = scheme === 'rsa-pss' ? PSS : {}
    const signature = bytes(sign(hash, message, { key: privateKey, ...padding }))
    await this.#answer()
    return this.fault(signature)
  }

  generateKey({ key }: { key: TokenKey }): Promise<{ spki: Bytes }> {
    const { publicKey, privateKey } = makePair(key.algorithm)
    this.#keys.set(key.id, privateKey)
    return Promise.resolve({ spki: bytes(publicKey.export({ type: 'spki', format: 'der' })) })
  }

  publicKey({ key }: { key: TokenKey }): Promise<{ spki: Bytes }> {
    const privateKey = this.#keys.get(key.id)
    if (privateKey === undefined) throw new PosternError('token/broken', 'The key is missing.')
    const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
    return Promise.resolve({ spki: bytes(spki) })
  }

  importKey(): Promise<{ spki: Bytes }> {
    const spki = makePair('rsa-3072').publicKey.export({ type: 'spki', format: 'der' })
    return Promise.resolve({ spki: bytes(spki) })
  }

  /** RSAES-OAEP and RFC 5649 by node:crypto, the hand that is not ours. */
  importPrivateKey({ key, wrappedKek, wrappedKey, spki }: ImportRequest): Promise<void> {
    const privateKey = unwrapped(wrappedKek, wrappedKey)
    const half = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
    if (!half.equals(spki)) throw new PosternError('request/malformed', 'This is another key.')
    this.#keys.set(key.id, privateKey)
    return Promise.resolve()
  }

  async protect(secret: Bytes, context: Bytes): Promise<Bytes> {
    await this.#available()
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#secret, iv).setAAD(context)
    return concat(iv, cipher.update(secret), cipher.final(), cipher.getAuthTag())
  }

  async reveal(sealed: Bytes, context: Bytes): Promise<Bytes> {
    await this.#available()
    const decipher = createDecipheriv('aes-256-gcm', this.#secret, sealed.subarray(0, 12))
    decipher.setAAD(context).setAuthTag(sealed.subarray(-16))
    return concat(decipher.update(sealed.subarray(12, -16)), decipher.final())
  }

  async keyedHash(data: Bytes): Promise<Bytes> {
    await this.#available()
    return bytes(
      createHmac('sha256', concat(this.#secret, utf8('audit')))
        .update(data)
        .digest(),
    )
  }

  async signCheckpoint(checkpoint: Checkpoint): Promise<{ spki: Bytes; signature: Bytes }> {
    await this.#available()
    const { publicKey, privateKey } = this.#auditKey
    const spki = bytes(publicKey.export({ type: 'spki', format: 'der' }))
    const key = createHash('sha256').update(spki).digest('hex')
    return { spki, signature: bytes(sign('sha256', encodeCheckpoint(checkpoint, key), privateKey)) }
  }

  status(): HsmStatus {
    return {
      state: 'ready',
      pid: null,
      restarts: 0,
      tokenLabel: 'in memory',
      capabilities: null,
      changedKeys: [],
      lastFailure: null,
    }
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  async #answer(): Promise<void> {
    await this.beforeAnswer()
    await this.#available()
  }

  #available(): Promise<void> {
    return this.failure === null ? Promise.resolve() : Promise.reject(this.failure)
  }
}

const PSS = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
}

function unwrapped(wrappedKek: Bytes, wrappedKey: Bytes): KeyObject {
  const { privateKey } = makePair('rsa-3072')
  const kek = privateDecrypt({ key: privateKey, oaepHash: 'sha1' }, wrappedKek)
  const start = Buffer.from('a65959a6', 'hex')
  const decipher = createDecipheriv('id-aes256-wrap-pad', kek, start)
  const key = Buffer.concat([decipher.update(wrappedKey), decipher.final()])
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject }

const rsaPairs = new Map<KeyAlgorithm, Pair>()

/** RSA keys take long to make, and no test here minds that two users have the same. */
function makePair(algorithm: KeyAlgorithm): Pair {
  if (algorithm === 'ec-p256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  if (algorithm === 'ec-p384') return generateKeyPairSync('ec', { namedCurve: 'P-384' })
  if (algorithm === 'ec-p521') return generateKeyPairSync('ec', { namedCurve: 'P-521' })
  if (algorithm === 'ed25519') return generateKeyPairSync('ed25519')
  if (algorithm === 'x25519') return generateKeyPairSync('x25519')
  const modulusLength = Number(algorithm.slice(4))
  const pair = rsaPairs.get(algorithm) ?? generateKeyPairSync('rsa', { modulusLength })
  rsaPairs.set(algorithm, pair)
  return pair
}

function bytes(from: Uint8Array): Bytes {
  return new Uint8Array(from)
}
