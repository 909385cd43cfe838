import pkcs11 from 'pkcs11js'
import type { Handle, KeyPair } from 'pkcs11js'
import { parseBase64url } from '#shared/base64.ts'
import type { Bytes } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'
import type { TokenKey } from '../port.ts'
import { bytes, differences, findObjects, text } from './attributes.ts'
import { CKM_EC_EDWARDS_KEY_PAIR_GEN } from './edwards.ts'
import { type KeyClass, keyClass, keyLabel } from './key-class.ts'
import type { KeyRing } from './key-ring.ts'
import { expectedPrivateKey, privateKeyTemplate, publicKeyTemplate } from './key-template.ts'
import { readSpki } from './public-key.ts'
import { type Token, withWritableSession } from './token.ts'

/**
 * Makes a pair, reads its attributes again, and gives its SubjectPublicKeyInfo. A pair that is
 * already there is not made twice: a call repeated after a crash finds what the first one made.
 * @throws PosternError `token/broken` when what lies under this id is not such a pair, `hsm/unsupported`
 * for a purpose that such keys do not have
 */
export async function generateKey(token: Token, ring: KeyRing, key: TokenKey): Promise<Bytes> {
  return withWritableSession(token, async (session) => {
    const existing = ring.find(key) === null ? null : findPublicKey(token, session, key)
    if (existing !== null) return readSpki(token.cryptoki, session, existing, key.algorithm)
    removeKey(token, session, key)
    const pair = await generatePair(token, session, key)
    const different = differences(token.cryptoki, session, pair.privateKey, expectedPrivateKey(key))
    if (different.length > 0) {
      removeKey(token, session, key)
      throw new PosternError('token/broken', 'The token made a key with other attributes')
    }
    return readSpki(token.cryptoki, session, pair.publicKey, key.algorithm)
  })
}

/**
 * SubjectPublicKeyInfo of a pair that is there.
 * @throws PosternError `token/broken` when it is not, or one half is missing
 */
export function publicKeyOf(token: Token, ring: KeyRing, key: TokenKey): Bytes {
  ring.get(key)
  const { cryptoki, session } = token
  return readSpki(cryptoki, session, findPublicKey(token, session, key), key.algorithm)
}

const GENERATION = {
  rsa: pkcs11.CKM_RSA_PKCS_KEY_PAIR_GEN,
  ec: pkcs11.CKM_EC_KEY_PAIR_GEN,
  edwards: CKM_EC_EDWARDS_KEY_PAIR_GEN,
} as const satisfies Record<KeyClass['type'], number>

function generatePair({ cryptoki }: Token, session: Handle, key: TokenKey): Promise<KeyPair> {
  const mechanism = GENERATION[keyClass(key.algorithm).type]
  return cryptoki.C_GenerateKeyPairAsync(
    session,
    { mechanism },
    publicKeyTemplate(key),
    privateKeyTemplate(key),
  )
}

function findPublicKey({ cryptoki }: Token, session: Handle, key: TokenKey): Handle {
  const [found] = findObjects(cryptoki, session, publicKeyTemplate(key))
  if (found !== undefined) return found
  throw new PosternError('token/broken', 'The token has a private key without its public half')
}

/** Destroys what a making or import that did not end left under this id: one half alone, or a wrong pair. */
export function removeKey({ cryptoki }: Token, session: Handle, key: TokenKey): void {
  const id = bytes(pkcs11.CKA_ID, parseBase64url(key.id))
  const label = text(pkcs11.CKA_LABEL, keyLabel(key))
  for (const object of findObjects(cryptoki, session, [id, label])) {
    cryptoki.C_DestroyObject(session, object)
  }
}
