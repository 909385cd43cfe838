import type { Handle } from 'pkcs11js'
import type { Bytes } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'
import { type SealedContentKey, sealContentKey } from '#shared/hpke.ts'
import { wipe } from '../pkcs11/buffers.ts'
import { hmacSha256 } from '../pkcs11/hmac.ts'
import { keyClass, P256 } from '../pkcs11/key-class.ts'
import type { Token } from '../pkcs11/token.ts'
import type { UnwrapRequest } from '../port.ts'
import { select } from './constant-time.ts'
import { isOnCurve } from './curve-point.ts'
import { recoverAgreed } from './key-agreement.ts'
import { recoverTransported } from './key-transport.ts'
import { recoverPadded } from './padded-transport.ts'
import type { Recovered } from './recovered.ts'
import { rejectionInput } from './rejection.ts'

/** The token's keys that an unwrap needs: the user's own, and the secret behind refused entries. */
export type UnwrapKeys = { readonly privateKey: Handle; readonly rejection: Handle }

/**
 * Uniform deterministic rejection (protocol.md, invariant): the substitute is always computed, and one
 * of the two keys is sealed, chosen without a branch. Status, size and work are the same either way.
 * @throws PosternError `request/malformed`, `hsm/unsupported` on public facts
 */
export async function unwrapContentKey(
  token: Token,
  keys: UnwrapKeys,
  request: UnwrapRequest,
): Promise<SealedContentKey> {
  if (!isOnCurve(P256, request.sealTo)) {
    throw new PosternError('request/malformed', 'The key to seal to is not a P-256 point')
  }
  const contentKey = await contentKeyOf(token, keys, request)
  try {
    return await sealContentKey({ sealTo: request.sealTo, contentKey, context: request.context })
  } finally {
    wipe(contentKey)
  }
}

async function contentKeyOf(
  token: Token,
  keys: UnwrapKeys,
  request: UnwrapRequest,
): Promise<Bytes> {
  const { key, recipient, contentKeyBytes } = request
  const recovered = await recover(token, keys.privateKey, request)
  const input = rejectionInput(key.id, recipient, contentKeyBytes)
  const substitute = hmacSha256(token, keys.rejection, input)
  try {
    return select(recovered.good, recovered.key, substitute.subarray(0, contentKeyBytes))
  } finally {
    wipe(recovered.key, substitute)
  }
}

async function recover(token: Token, handle: Handle, request: UnwrapRequest): Promise<Recovered> {
  const { key, recipient, contentKeyBytes } = request
  const made = keyClass(key.algorithm)
  if (made.type === 'rsa' && recipient.kind === 'ktri') {
    if (key.origin === 'dual-use') return recoverPadded(token, handle, recipient, contentKeyBytes)
    return recoverTransported(token, handle, recipient, contentKeyBytes)
  }
  if (made.type !== 'rsa' && recipient.kind === 'kari') {
    return recoverAgreed(token, handle, made.curve, recipient, contentKeyBytes)
  }
  throw new PosternError('request/malformed', 'This entry is not for a key of this kind')
}
