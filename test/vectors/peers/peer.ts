import type { Bytes } from '#shared/bytes.ts'
import type { Identity, KeyKind } from '#test/support/openssl-pki.ts'

/** How a content key gets to its reader. */
export type Transport =
  'rsa-pkcs1' | 'rsa-oaep-sha1' | 'rsa-oaep-sha256' | 'p256' | 'p384' | 'p521' | 'x25519'
export type Mode = 'cbc' | 'gcm'
export type Encoding = 'der' | 'ber'
export type Scheme = 'rsa' | 'pss' | 'ecdsa' | 'ed25519'
export type Form = 'detached' | 'opaque'

/**
 * Another program that reads and writes CMS, with the keys of `IDENTITIES` in a home of its own. Objects are bare CMS.
 * Whatever it refuses, or cannot be asked for, is a `Refusal`.
 */
export type Peer = {
  readonly name: string
  encrypt(how: { transport: Transport; mode: Mode; encoding: Encoding }, content: Bytes): Bytes
  decrypt(how: { transport: Transport }, object: Bytes): Bytes
  sign(how: { scheme: Scheme; form: Form }, content: Bytes): Bytes
  /** @param content what lies beside a detached signature; null where it is opaque */
  verify(object: Bytes, content: Bytes | null): void
  /** Ends whatever it started, and removes its home. */
  close(): void
}

/** The peer did not do it. */
export class Refusal extends Error {}

/** The key that a transport goes to, or a scheme signs with: the name of an identity. */
export const KEY_OF = {
  'rsa-pkcs1': 'rsa',
  'rsa-oaep-sha1': 'rsa',
  'rsa-oaep-sha256': 'rsa',
  p256: 'p256',
  p384: 'p384',
  p521: 'p521',
  x25519: 'x25519',
} as const satisfies Record<Transport, string>
export const SIGNER_OF = {
  rsa: 'rsa-sign',
  pss: 'rsa-sign',
  ecdsa: 'ec-sign',
  ed25519: 'ed-sign',
} as const satisfies Record<Scheme, string>

/** Alice signs, Bob reads, each with a key of every kind. */
export const IDENTITIES: readonly Identity[] = [
  reader('rsa', 'rsa-2048'),
  reader('p256', 'ec-p256'),
  reader('p384', 'ec-p384'),
  reader('p521', 'ec-p521'),
  reader('x25519', 'x25519'),
  signer('rsa-sign', 'rsa-2048'),
  signer('ec-sign', 'ec-p256'),
  signer('ed-sign', 'ed25519'),
]

function reader(name: string, kind: KeyKind): Identity {
  const keyUsage = kind === 'rsa-2048' ? 'keyEncipherment' : 'keyAgreement'
  return { name, kind, keyUsage, address: 'bob@example.com' }
}

function signer(name: string, kind: KeyKind): Identity {
  return { name, kind, keyUsage: 'digitalSignature', address: 'alice@example.com' }
}
