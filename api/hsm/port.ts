import type { Bytes } from '#shared/bytes.ts'
import type {
  CONTENT_KEY_BYTES,
  ContentAlgorithm,
  DigestAlgorithm,
  KeyAlgorithm,
  KeyOrigin,
  KeyPurpose,
  Recipient,
  SignatureScheme,
} from '#shared/contract/keys.ts'
import type { Checkpoint } from '#shared/contract/checkpoint.ts'
import type { ErrorCode } from '#shared/errors.ts'

/** A key in the token, as its owner's row names it. A token key of another purpose or algorithm is not this key. */
export type TokenKey = {
  /** 16 random bytes as base64url, 22 characters: the key's CKA_ID. */
  readonly id: string
  readonly purpose: KeyPurpose
  readonly algorithm: KeyAlgorithm
  /** Absent: `made`. */
  readonly origin?: KeyOrigin
}

/** A private key on its way into the token, wrapped for its import key (`shared/pkcs12/wrap.ts`). */
export type ImportRequest = {
  readonly key: TokenKey
  readonly wrappedKek: Bytes
  readonly wrappedKey: Bytes
  /** DER SubjectPublicKeyInfo that the key has to have. */
  readonly spki: Bytes
}

export type UnwrapRequest = {
  readonly key: TokenKey
  readonly recipient: Recipient
  /** What the content algorithm needs. */
  readonly contentKeyBytes: (typeof CONTENT_KEY_BYTES)[ContentAlgorithm]
  /** The session's HPKE public key: an uncompressed P-256 point. */
  readonly sealTo: Bytes
  /** `sealingContext` of `shared/contract/sealing.ts`. */
  readonly context: Bytes
}

export type SignRequest = {
  readonly key: TokenKey
  readonly scheme: SignatureScheme
  readonly digest: DigestAlgorithm
  /** What is signed; it is hashed here, by Ed25519 in its own way. */
  readonly message: Bytes
}

/** What the token was seen to do at start, each tried on a throwaway key. */
export type Capabilities = {
  readonly rsaRaw: boolean
  readonly rsaPkcs1: boolean
  readonly rsaPss: boolean
  readonly ecdh: boolean
  readonly ecdsa: boolean
  readonly p521: boolean
  readonly ed25519: boolean
  readonly x25519: boolean
  readonly aesGcm: boolean
  readonly hmacSha256: boolean
}

export type HsmStatus = {
  /** `restarting`: a fresh worker is on its way. `down`: it did not come up, tried again with back-off. `stopped`: for good. */
  readonly state: 'ready' | 'restarting' | 'down' | 'stopped'
  /** Process id of the worker, null while there is none. */
  readonly pid: number | null
  /** Workers started after the first one. */
  readonly restarts: number
  readonly tokenLabel: string
  /** Null until the probe after the first start has ended. */
  readonly capabilities: Capabilities | null
  /** Keys that were found with other attributes than they were made with: they are refused. */
  readonly changedKeys: readonly string[]
  /** Why the last worker ended or did not come up. */
  readonly lastFailure: ErrorCode | null
  /** Each of them, where there are several. */
  readonly tokens?: readonly TokenStatus[]
}

/** One of several tokens that shall hold the same keys. */
export type TokenStatus = Pick<HsmStatus, 'tokenLabel' | 'state' | 'restarts' | 'lastFailure'> & {
  /** False: it is not used, for its system keys are others than the first token's. */
  readonly sameSystemKeys: boolean
  /** Ids of keys that another token has and this one does not: they are used there. */
  readonly missing: readonly string[]
  /** Ids of keys that are others here than in the first token: they are used there. */
  readonly different: readonly string[]
}

/** What a token was seen to hold: a fingerprint of its system keys, and each users' key with one of its public half. */
export type Inventory = {
  readonly system: string
  readonly keys: readonly (readonly [id: string, half: string])[]
}

/**
 * The keys' hardware. Every call may throw PosternError `hsm/unavailable` (with `retryAfter`),
 * `hsm/unsupported` (an algorithm this token or key does not do), `token/broken` (the token is not
 * as it should be: a key is missing, or has other attributes than it was made with), `internal`.
 */
export interface Hsm {
  /**
   * The content key of a recipient entry, sealed to the session. An entry whose padding or integrity
   * is wrong answers alike, with a key derived from the entry and a secret of the token.
   * @throws PosternError `request/malformed` on public facts only: a length, a value above the
   * modulus, a point off the curve or of low order
   */
  unwrap(request: UnwrapRequest): Promise<{ enc: Bytes; sealed: Bytes }>
  /** RSA (RFC 8017 §8), Ed25519 (RFC 8032), or ECDSA as DER ECDSA-Sig-Value (RFC 3279 §2.2.3). */
  sign(request: SignRequest): Promise<Bytes>
  /**
   * Makes the pair in the token; the private half never leaves it. `spki` is DER SubjectPublicKeyInfo.
   * Asked again about the same key, it answers the pair that is there.
   * @throws PosternError `token/broken` when that id has a pair of another purpose or algorithm
   */
  generateKey(request: { readonly key: TokenKey }): Promise<{ spki: Bytes }>
  /**
   * DER SubjectPublicKeyInfo of a pair that was made or imported.
   * @throws PosternError `token/broken` when the token does not have it
   */
  publicKey(request: { readonly key: TokenKey }): Promise<{ spki: Bytes }>
  /** The public half of the token's import key, which is made when it is not there: DER SubjectPublicKeyInfo. */
  importKey(): Promise<{ spki: Bytes }>
  /**
   * Takes a key in that was made elsewhere, once an operation has shown that it is that of `spki`.
   * @throws PosternError `request/malformed` when it is not, or was wrapped for another token;
   * `hsm/unsupported` for kinds that the token does not take in
   */
  importPrivateKey(request: ImportRequest): Promise<void>
  /** A small secret, encrypted for storage under a key of the token and bound to `context`. */
  protect(secret: Bytes, context: Bytes): Promise<Bytes>
  /** @throws PosternError `token/broken` when `sealed` was changed, or made for another context or token */
  reveal(sealed: Bytes, context: Bytes): Promise<Bytes>
  /** HMAC-SHA-256 under a key of the token, 32 bytes: equal data is recognised, and cannot be guessed. */
  keyedHash(data: Bytes): Promise<Bytes>
  /**
   * Signs a checkpoint of the audit with a key of the token for that alone, `spki`. The signature is as
   * `encodeCheckpoint` says.
   */
  signCheckpoint(checkpoint: Checkpoint): Promise<{ spki: Bytes; signature: Bytes }>
  status(): HsmStatus
  /** Lets running operations end, then ends the worker. */
  close(): Promise<void>
}
