import { createHash } from 'node:crypto'
import { base64url } from '#shared/base64.ts'
import type { Bytes } from '#shared/bytes.ts'
import { CONTENT_KEY_BYTES, type Recipient, type UnwrapRequest } from '#shared/contract/keys.ts'
import { sealingContext } from '#shared/contract/sealing.ts'
import { PosternError } from '#shared/errors.ts'
import type { TokenKey } from '../../hsm/port.ts'
import { approvalHash } from '../approvals/approval-hash.ts'
import type { Caller } from '../auth/caller.ts'
import type { Permit } from '../policy/permit.ts'
import type { KeyServiceDeps } from '../service.ts'
import { type Acted, perform } from './perform.ts'

type Sealed = { readonly enc: Bytes; readonly sealed: Bytes }

/** The sealed content key, and the operation's name, which is part of what was sealed. */
export type Unwrapped = Sealed & { readonly operation: string }

/** Has the token open one recipient entry; what comes back is sealed to the caller's browser session. */
export async function unwrapContentKey(
  deps: KeyServiceDeps,
  { user, session }: Caller,
  keyId: string,
  asked: UnwrapRequest,
  from: 'batch' | 'alone' = 'alone',
): Promise<Unwrapped> {
  const entryDigest = createHash('sha256').update(asked.recipient.encryptedKey).digest()
  const request = {
    action: 'unwrap',
    keyId,
    userId: user.id,
    sessionId: session.id,
    digest: base64url(asked.message.digest),
    entryDigest: base64url(entryDigest),
  } as const
  const approval = approvalHash(asked.approval)
  const terms = { approval, saysWhat: false, batched: from === 'batch' }
  const { operation, value } = await perform(deps, { request, terms }, (permit) =>
    unwrapWith(permit, deps, asked, entryDigest),
  )
  return { operation, ...value }
}

async function unwrapWith(
  permit: Permit,
  { hsm }: KeyServiceDeps,
  { recipient, content, sealTo }: UnwrapRequest,
  entryDigest: Uint8Array,
): Promise<Acted<Sealed>> {
  const key = permit.spend()
  if (!isFor(key, recipient)) {
    throw new PosternError('key/wrong-purpose', 'The entry is made for a key of another kind.')
  }
  const { operation, request } = permit
  const context = sealingContext({
    session: request.sessionId,
    key: key.id,
    entryDigest,
    operation,
  })
  const contentKeyBytes = CONTENT_KEY_BYTES[content.algorithm]
  const value = await hsm.unwrap({ key, recipient, contentKeyBytes, sealTo, context })
  return { value, contextHash: null }
}

function isFor(key: TokenKey, recipient: Recipient): boolean {
  return (recipient.kind === 'ktri') === key.algorithm.startsWith('rsa-')
}
