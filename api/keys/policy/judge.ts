import type { KeyStatus } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import type { KeyRow } from '../../storage/schema.ts'
import type { SessionTimes } from '../auth/session-times.ts'
import { isOpen } from '../auth/session-times.ts'
import type { Facts, Standing } from './facts.ts'
import type { OperationRequest } from './permit.ts'
import { quotasOf } from './quota.ts'

/** Whether the request is let through: the key to use, or why not. */
export type Verdict =
  | { readonly allowed: true; readonly key: KeyRow }
  | { readonly allowed: false; readonly error: PosternError }

/** Judges by the facts alone: nothing is read or written here. */
export function judge(
  facts: Facts,
  request: OperationRequest,
  times: SessionTimes,
  now: Date,
): Verdict {
  const verdict = judgeStanding(facts, request, times, now)
  if (!verdict.allowed) return verdict
  const wait = Math.max(...quotasOf(verdict.key).map((quota) => facts.uses.wait(quota, now)))
  if (wait === 0) return verdict
  return refused(
    new PosternError('quota/exceeded', 'This key was used very often. Please wait.', {
      retryAfter: wait,
    }),
  )
}

/** The same without quotas: whether what the token answered may still be released. */
export function judgeStanding(
  { sessions, keys }: Standing,
  request: OperationRequest,
  times: SessionTimes,
  now: Date,
): Verdict {
  const session = sessions.get(request.sessionId)
  if (session === undefined || !isOpen(session, times, now)) {
    const ended = 'Your session has ended. Please sign in again.'
    return refused(new PosternError('session/expired', ended))
  }
  const key = keys.get(request.keyId)
  if (key?.userId !== request.userId || key.status === 'waiting') {
    // The same for keys that do not exist, for those of others, and for those that nobody can use yet.
    return refused(new PosternError('key/not-found', 'You have no such key.'))
  }
  if (key.purpose !== (request.action === 'sign' ? 'sign' : 'encrypt')) {
    return refused(new PosternError('key/wrong-purpose', 'This key is not made for that.'))
  }
  return judgeStatus(key, key.status, request)
}

function judgeStatus(
  key: KeyRow,
  status: Exclude<KeyStatus, 'waiting'>,
  { action }: OperationRequest,
): Verdict {
  switch (status) {
    case 'active':
      return { allowed: true, key }
    case 'disabled':
      return refused(new PosternError('key/disabled', 'This key has been switched off.'))
    case 'retired':
      // A past key still opens old mail; it signs nothing new.
      return action === 'unwrap'
        ? { allowed: true, key }
        : refused(new PosternError('key/retired', 'This key is retired.'))
  }
}

function refused(error: PosternError): Verdict {
  return { allowed: false, error }
}
