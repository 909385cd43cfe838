import pkcs11 from 'pkcs11js'
import type { Handle } from 'pkcs11js'
import { base64url, parseBase64url } from '#shared/base64.ts'
import { PosternError } from '#shared/errors.ts'
import type { TokenKey } from '../port.ts'
import { bytes, differences, findObjects, flag, readAttribute, ulongs } from './attributes.ts'
import { keyLabel, readKeyLabel } from './key-class.ts'
import { expectedPrivateKey } from './key-template.ts'
import type { Token } from './token.ts'

/** A key of Postern whose attributes are not those it was made with. */
export type ChangedKey = { readonly id: string; readonly attributes: readonly number[] }

/** The users' private keys, each compared with its template before its first use. */
export class KeyRing {
  readonly #token: Token
  readonly #checked = new Map<string, Handle>()

  constructor(token: Token) {
    this.#token = token
  }

  /** Reads every key of Postern again; those that differ are named, and refused when asked for. */
  readAll(): ChangedKey[] {
    const { cryptoki, session } = this.#token
    const changed: ChangedKey[] = []
    for (const handle of findObjects(cryptoki, session, PRIVATE_KEYS)) {
      const key = this.#describe(handle)
      if (key === null) continue
      const attributes = this.#compare(handle, key)
      if (attributes.length > 0) changed.push({ id: key.id, attributes })
    }
    return changed
  }

  /** The ids of those that are as they were made. */
  ids(): string[] {
    return Array.from(this.#checked.keys(), (name) => name.slice(name.lastIndexOf('/') + 1))
  }

  /**
   * The handle of this very key: same id, purpose and algorithm.
   * @throws PosternError `token/broken` when it is missing, is there twice, or was changed
   */
  get(key: TokenKey): Handle {
    const known = this.#checked.get(nameOf(key))
    if (known !== undefined) return known
    const handle = this.find(key)
    if (handle === null) throw new PosternError('token/broken', 'The token does not have this key')
    return handle
  }

  /** Like `get`, but null when the token has no private key of this id. */
  find(key: TokenKey): Handle | null {
    const { cryptoki, session } = this.#token
    const id = bytes(pkcs11.CKA_ID, parseBase64url(key.id))
    const [handle, another] = findObjects(cryptoki, session, [...PRIVATE_KEYS, id])
    if (handle === undefined) {
      this.#checked.delete(nameOf(key))
      return null
    }
    if (another !== undefined || this.#compare(handle, key).length > 0) {
      throw new PosternError('token/broken', 'The key in the token is not as it was made')
    }
    return handle
  }

  #compare(handle: Handle, key: TokenKey): number[] {
    const { cryptoki, session } = this.#token
    const different = differences(cryptoki, session, handle, expectedPrivateKey(key))
    if (different.length === 0) this.#checked.set(nameOf(key), handle)
    return different
  }

  /** Which key an object claims to be, by label and id; null when it is none of ours. */
  #describe(handle: Handle): TokenKey | null {
    const { cryptoki, session } = this.#token
    const label = readAttribute(cryptoki, session, handle, pkcs11.CKA_LABEL)?.toString('utf8') ?? ''
    const id = readAttribute(cryptoki, session, handle, pkcs11.CKA_ID) ?? Buffer.alloc(0)
    const described = readKeyLabel(label)
    return described === null ? null : { id: base64url(id), ...described }
  }
}

const PRIVATE_KEYS = [
  ulongs(pkcs11.CKA_CLASS, pkcs11.CKO_PRIVATE_KEY),
  flag(pkcs11.CKA_TOKEN, true),
]

function nameOf(key: TokenKey): string {
  return `${keyLabel(key)}/${key.id}`
}
