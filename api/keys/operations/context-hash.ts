import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import type { SignRequest } from '#shared/contract/keys.ts'
import type { Hsm } from '../../hsm/port.ts'

const LABEL = utf8('postern/v1 key of context hashes')

const keys = new WeakMap<Hsm, Promise<KeyObject>>()

/**
 * What the user saw, as a keyed hash, base64url: equal contexts are recognised, and cannot be guessed from the audit. Null where nothing was said.
 * The token derives its key when it is first needed; after that it is in the memory of this process.
 */
export async function contextHash(
  hsm: Hsm,
  context: SignRequest['context'],
): Promise<string | null> {
  if (context === undefined) return null
  const hmac = createHmac('sha256', await keyOf(hsm))
  return hmac.update(encodeContext(context)).digest('base64url')
}

async function keyOf(hsm: Hsm): Promise<KeyObject> {
  const key = keys.get(hsm) ?? hsm.keyedHash(LABEL).then((bytes) => createSecretKey(bytes))
  keys.set(hsm, key)
  try {
    return await key
  } catch (error) {
    keys.delete(hsm) // the token was away
    throw error
  }
}

/** In one form only: a JSON array without white space. */
function encodeContext({ subject, to }: NonNullable<SignRequest['context']>): Bytes {
  return utf8(JSON.stringify(['postern/v1 sign context', subject, ...to]))
}
