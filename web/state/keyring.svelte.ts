import type { Bytes } from '#shared/bytes.ts'
import type { Key } from '#shared/contract/keys.ts'
import { fetchAnchors, fetchKeys } from '../client/keys.ts'
import type { KeyChain } from '../engine/protocol.ts'

type Ring = { readonly keys: readonly Key[]; readonly anchors: readonly Bytes[] }

/** The user's keys and the company's anchors, fetched once and again when asked. */
class Keyring {
  #ring: Promise<Ring> | null = null

  /** Throws PosternError as every call may. */
  get(): Promise<Ring> {
    const ring = this.#ring ?? Promise.all([fetchKeys(), fetchAnchors()]).then(asRing)
    ring.catch(() => {
      this.#ring = null
    })
    this.#ring = ring
    return ring
  }

  /** The next `get` asks the server: a key was switched, or a new one made. */
  refresh(): void {
    this.#ring = null
  }
}

function asRing([keys, anchors]: [Key[], Bytes[]]): Ring {
  return { keys, anchors }
}

/** The keys that open mail, past ones too, under each certificate they had: old mail was encrypted to those. */
export function readingKeys({ keys }: Ring): KeyChain[] {
  return keys
    .filter(({ purpose }) => purpose === 'encrypt')
    .flatMap(({ id, chain, past }) => [
      { id, chain },
      ...past.map((certificate) => ({ id, chain: [certificate] })),
    ])
}

/** The key that signs now, or null. */
export function signingKey({ keys }: Ring): Key | null {
  return keys.find(({ purpose, status }) => purpose === 'sign' && status === 'active') ?? null
}

/** The certificate that mail to oneself is encrypted to, DER, or null. */
export function ownEncryptionCertificate({ keys }: Ring): Bytes | null {
  const key = keys.find(({ purpose, status }) => purpose === 'encrypt' && status === 'active')
  return key?.chain[0] ?? null
}

export const keyring = new Keyring()
