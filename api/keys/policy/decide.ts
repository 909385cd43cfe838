import { PosternError } from '#shared/errors.ts'
import { randomId } from '../../random-id.ts'
import { findKey } from '../../storage/keys.ts'
import type { Db, KeyRow } from '../../storage/schema.ts'
import { findSession } from '../../storage/sessions.ts'
import type { Append } from '../audit/journal.ts'
import type { SessionTimes } from '../auth/session-times.ts'
import { isOpen } from '../auth/session-times.ts'
import { type OperationRequest, Permit } from './permit.ts'
import { isWorthRecording, quotaWait } from './quota.ts'

/** A refusal is an answer here: it is recorded in the same transaction, and thrown after it. */
export type Decision =
  | { readonly allowed: true; readonly permit: Permit }
  | { readonly allowed: false; readonly error: PosternError }

/**
 * Decides about one operation and records it: the intent of what is allowed, or the refusal
 * (of many alike, the first ones of a day). The session, the
 * key's state and the quota are read in the transaction that writes.
 */
export async function decide(
  tx: Db,
  append: Append,
  now: Date,
  request: OperationRequest,
  times: SessionTimes,
): Promise<Decision> {
  const operation = randomId()
  const key = await findKey(tx, request.keyId)
  const verdict = await judge(tx, now, request, key, times)
  if (verdict instanceof PosternError) {
    const { code } = verdict
    if (await isWorthRecording(tx, request.userId, code, now)) {
      append({ ...request, operation, phase: 'event', outcome: 'refused', code })
    }
    return { allowed: false, error: verdict }
  }
  const { id, purpose, algorithm } = verdict
  append({ ...request, operation, phase: 'intent' })
  return { allowed: true, permit: new Permit(operation, request, { id, purpose, algorithm }) }
}

/**
 * Whether what the token answered may still be released, and the record of it: switched off or signed out
 * in the meantime means that it may not.
 */
export async function decideRelease(
  tx: Db,
  append: Append,
  now: Date,
  { operation, request }: Permit,
  done: { readonly contextHash: string | null; readonly times: SessionTimes },
): Promise<PosternError | null> {
  const key = await findKey(tx, request.keyId)
  const error = await refusal(tx, now, request, key, done.times)
  const outcome = error === null ? 'done' : 'refused'
  const { contextHash } = done
  append({
    ...request,
    operation,
    phase: 'result',
    outcome,
    code: error?.code ?? null,
    contextHash,
  })
  return error
}

async function judge(
  tx: Db,
  now: Date,
  request: OperationRequest,
  key: KeyRow | null,
  times: SessionTimes,
): Promise<KeyRow | PosternError> {
  const error = await refusal(tx, now, request, key, times)
  if (error !== null || key === null) return error ?? notFound()
  const wait = await quotaWait(tx, key, now)
  if (wait === 0) return key
  return new PosternError('quota/exceeded', 'This key was used very often. Please wait.', {
    retryAfter: wait,
  })
}

/** What stands against using the key now, quota aside. */
async function refusal(
  tx: Db,
  now: Date,
  request: OperationRequest,
  key: KeyRow | null,
  times: SessionTimes,
): Promise<PosternError | null> {
  const session = await findSession(tx, request.sessionId)
  if (session === null || !isOpen(session, times, now)) {
    return new PosternError('session/expired', 'Your session has ended. Please sign in again.')
  }
  if (key?.userId !== request.userId) return notFound()
  if (key.purpose !== (request.action === 'sign' ? 'sign' : 'encrypt')) {
    return new PosternError('key/wrong-purpose', 'This key is not made for that.')
  }
  switch (key.status) {
    case 'active':
      return null
    case 'disabled':
      return new PosternError('key/disabled', 'This key has been switched off.')
    case 'retired':
      // A past key still opens old mail; it signs nothing new.
      return request.action === 'unwrap'
        ? null
        : new PosternError('key/retired', 'This key is retired.')
  }
}

/** The same for keys that do not exist and for those of others. */
function notFound(): PosternError {
  return new PosternError('key/not-found', 'You have no such key.')
}
