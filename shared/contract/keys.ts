import { z } from 'zod'
import { approvalToken } from './approvals.ts'
import { keyPolicySchema } from './key-policy.ts'
import { problemSchema } from './problem.ts'
import { idSchema, instantSchema, wireBytes } from './wire.ts'

const MAX_CERTIFICATE = 64 * 1024 // far above any certificate seen; a bound, not a target
const MAX_ENTRY = 2048 // an RSA-16384 block; no token makes a longer one

export const certificateBytes = wireBytes(1, MAX_CERTIFICATE)

/** A key is for one purpose alone; its algorithm is named as in `keyName`. */
export const keyPurpose = z.enum(['sign', 'encrypt'])
export const keyAlgorithm = z.enum([
  'rsa-2048',
  'rsa-3072',
  'rsa-4096',
  'ec-p256',
  'ec-p384',
  'ec-p521',
  'ed25519',
  'x25519',
])
/**
 * `waiting`: it was made, has no certificate yet, and serves nobody. `retired` signs and encrypts nothing new, and opens
 * old mail; `disabled` does nothing, and neither does `retired-disabled`: switched on again, it is retired as before.
 */
export const keyStatus = z.enum(['active', 'disabled', 'retired', 'retired-disabled', 'waiting'])
/**
 * `made`: in the token, and it never was elsewhere. `imported`: it was elsewhere before. `dual-use`: imported, and its
 * certificate lets it sign and decrypt.
 */
export const keyOrigin = z.enum(['made', 'imported', 'dual-use'])
export type KeyOrigin = z.infer<typeof keyOrigin>
export type KeyPurpose = z.infer<typeof keyPurpose>
export type KeyAlgorithm = z.infer<typeof keyAlgorithm>
export type KeyStatus = z.infer<typeof keyStatus>

/**
 * One of the user's keys, present or past. `chain` is DER, the user's certificate first; `past` are the certificates
 * that it had before, the newest first: old mail names them.
 */
export const keySchema = z.object({
  id: idSchema,
  purpose: keyPurpose,
  algorithm: keyAlgorithm,
  status: keyStatus,
  origin: keyOrigin,
  createdAt: instantSchema,
  chain: z.array(certificateBytes).min(1).max(10),
  past: z.array(certificateBytes).max(100),
  policy: keyPolicySchema,
})
export type Key = z.infer<typeof keySchema>

/** `GET /keys` */
export const keysAnswer = z.object({ keys: z.array(keySchema) })

/** `POST /keys/switch-off`, without a body: the keys that were on until now. Only an administrator switches them on. */
export const switchOffAnswer = z.object({ keys: z.array(idSchema) })

/** Content encryption algorithms that a message may name; each fixes the content key's length. */
export const CONTENT_KEY_BYTES = {
  'aes-128-cbc': 16,
  'aes-192-cbc': 24,
  'aes-256-cbc': 32,
  'aes-128-gcm': 16,
  'aes-192-gcm': 24,
  'aes-256-gcm': 32,
  'aes-128-ccm': 16,
  'aes-192-ccm': 24,
  'aes-256-ccm': 32,
  'chacha20-poly1305': 32,
  'des-ede3-cbc': 24,
  'rc2-cbc': 16,
  'rc2-64-cbc': 8,
  'rc2-40-cbc': 5,
} as const
export type ContentAlgorithm = keyof typeof CONTENT_KEY_BYTES
const contentAlgorithm = z.enum(
  Object.keys(CONTENT_KEY_BYTES) as [ContentAlgorithm, ...ContentAlgorithm[]],
)

const oaepHash = z.enum(['sha-1', 'sha-256', 'sha-384', 'sha-512'])

/** RFC 5652 §6.2.1 KeyTransRecipientInfo, reduced to what the token needs. */
const keyTransport = z.discriminatedUnion('algorithm', [
  z.object({
    kind: z.literal('ktri'),
    algorithm: z.literal('rsa-pkcs1'),
    encryptedKey: wireBytes(1, MAX_ENTRY),
  }),
  z.object({
    kind: z.literal('ktri'),
    algorithm: z.literal('rsa-oaep'),
    oaep: z.object({ hash: oaepHash, mgfHash: oaepHash }),
    encryptedKey: wireBytes(1, MAX_ENTRY),
  }),
])

/** RFC 5652 §6.2.2 KeyAgreeRecipientInfo with ECDH (RFC 5753, RFC 8418). `originator` is a DER SubjectPublicKeyInfo. */
const keyAgreement = z.object({
  kind: z.literal('kari'),
  originator: wireBytes(1, 512),
  ukm: wireBytes(0, 1024).optional(),
  scheme: z.enum([
    'dh-std-sha1',
    'dh-std-sha224',
    'dh-std-sha256',
    'dh-std-sha384',
    'dh-std-sha512',
    'dh-std-hkdf-sha256',
    'dh-std-hkdf-sha384',
    'dh-std-hkdf-sha512',
  ]),
  wrap: z.enum(['aes-128', 'aes-192', 'aes-256']),
  encryptedKey: wireBytes(24, 40),
})

/** Key transport or key agreement. */
export const recipientSchema = z.union([keyTransport, keyAgreement])
/** One recipient entry of a CMS message, as the token is asked about it. */
export type Recipient = z.infer<typeof recipientSchema>

/** HPKE public key of this browser session: an uncompressed P-256 point (RFC 9180 §7.1.1). */
const sealTo = wireBytes(65, 65)

const entryToUnwrap = z.object({
  recipient: recipientSchema,
  content: z.object({ algorithm: contentAlgorithm }),
  /** SHA-256 of the CMS object, for the audit. */
  message: z.object({ digest: wireBytes(32, 32) }),
  /** Where the key's policy wants one. */
  approval: approvalToken.optional(),
})

/** `POST /keys/{id}/unwrap` */
export const unwrapRequest = entryToUnwrap.extend({ sealTo })
export type UnwrapRequest = z.infer<typeof unwrapRequest>

/** The content key, sealed to `sealTo`; `operation` is part of what was sealed (`contract/sealing.ts`). */
export const unwrapAnswer = z.object({
  operation: idSchema,
  enc: wireBytes(65, 65),
  sealed: wireBytes(21, 64), // a content key of 5 to 32 octets and the tag
})
export type UnwrapAnswer = z.infer<typeof unwrapAnswer>

const MOST_ENTRIES = 50 // of a batch: a long thread, or a screen of the message list

/** `POST /keys/unwrap`: several at once, of any of the user's keys. Batches may use up half of each quota. */
export const unwrapBatchRequest = z.object({
  entries: z
    .array(entryToUnwrap.extend({ key: idSchema }))
    .min(1)
    .max(MOST_ENTRIES),
  sealTo,
})
export type UnwrapBatchRequest = z.infer<typeof unwrapBatchRequest>

/** In the order of the entries: each opened or refused, whatever became of the others. */
export const unwrapBatchAnswer = z.object({
  answers: z.array(
    z.union([z.object({ value: unwrapAnswer }), z.object({ problem: problemSchema })]),
  ),
})

/** The salt of `rsa-pss` is as long as the digest. `ed25519` goes with SHA-512 alone (RFC 8419 §3.1). */
export const signatureScheme = z.enum(['rsa-pkcs1', 'rsa-pss', 'ecdsa', 'ed25519'])
export const digestAlgorithm = z.enum(['sha-256', 'sha-384', 'sha-512'])
export type SignatureScheme = z.infer<typeof signatureScheme>
export type DigestAlgorithm = z.infer<typeof digestAlgorithm>

/** `POST /keys/{id}/sign` */
export const signRequest = z.object({
  digest: z.object({ algorithm: digestAlgorithm, value: wireBytes(32, 64) }),
  signature: signatureScheme,
  /** What the user saw; the audit keeps a keyed hash of it. */
  context: z
    .object({ subject: z.string().max(998), to: z.array(z.string().max(320)).max(1000) })
    .optional(),
  /** Where the key's policy wants one. */
  approval: approvalToken.optional(),
})
export type SignRequest = z.infer<typeof signRequest>

/** `signedAttributes` is the DER SET OF that was signed (RFC 5652 §5.4); `certificates` start with the signer's. */
export const signAnswer = z.object({
  operation: idSchema,
  signedAttributes: wireBytes(1, 16 * 1024),
  signature: wireBytes(1, 1024),
  certificates: z.array(certificateBytes).min(1).max(10),
})
export type SignAnswer = z.infer<typeof signAnswer>
