import type { KeyStatus } from '#shared/contract/keys.ts'
import { type ApprovalNeed, PosternError } from '#shared/errors.ts'
import type { ApprovalRow, KeyRow } from '../../storage/schema.ts'
import type { SessionTimes } from '../auth/session-times.ts'
import { isOpen } from '../auth/session-times.ts'
import type { Facts, Standing } from './facts.ts'
import { approvalMode, judgeApproval } from './approval.ts'
import type { Asked, OperationRequest } from './permit.ts'
import { quotasOf, unapprovedQuota } from './quota.ts'

/** Whether the request is let through: the key to use, and the approval to spend on it; or why not. */
export type Verdict =
  | { readonly allowed: true; readonly key: KeyRow; readonly approval: ApprovalRow | null }
  | { readonly allowed: false; readonly error: PosternError }

/** Judges by the facts alone: nothing is read or written here. */
export function judge(facts: Facts, asked: Asked, now: Date): Verdict {
  const standing = judgeStanding(facts, asked.request, asked.times, now)
  if (!standing.allowed) return standing
  const { key } = standing
  if (key.requireContent === 1 && asked.request.action === 'sign' && !asked.terms.saysWhat) {
    const unsaid = 'This key signs only with the subject and the recipients.'
    return refused(new PosternError('policy/denied', unsaid))
  }
  const wait = quotaWait(facts, key, asked, now)
  if (wait > 0) {
    const often = 'Your keys were used very often. Please wait.'
    return refused(new PosternError('quota/exceeded', often, { retryAfter: wait }))
  }
  const mode = neededApproval(facts, key, now)
  if (mode === null) return standing
  const approval = judgeApproval(facts.approvals, key, mode, asked, now)
  return approval instanceof PosternError ? refused(approval) : { ...standing, approval }
}

/** Seconds until the quotas let one more operation through. */
function quotaWait({ uses, allowances }: Facts, key: KeyRow, { terms }: Asked, now: Date): number {
  const ofUser = allowances.get(key.userId) ?? key
  const quotas = quotasOf(key, ofUser, terms.batched)
  return Math.max(...quotas.map((quota) => uses.wait(quota, now)))
}

function neededApproval({ uses }: Facts, key: KeyRow, now: Date): ApprovalNeed['mode'] | null {
  const free = unapprovedQuota(key)
  return free !== null && uses.wait(free, now) === 0 ? null : approvalMode(key)
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
  return judgeKey(keys.get(request.keyId) ?? null, request)
}

/** Whether the key is the user's own, made for this, and in force. */
export function judgeKey(
  key: KeyRow | null,
  { userId, action }: Pick<OperationRequest, 'userId' | 'action'>,
): Verdict {
  if (key?.userId !== userId || key.status === 'waiting') {
    // The same for keys that do not exist, for those of others, and for those that nobody can use yet.
    return refused(new PosternError('key/not-found', 'You have no such key.'))
  }
  if (key.purpose !== (action === 'sign' ? 'sign' : 'encrypt')) {
    return refused(new PosternError('key/wrong-purpose', 'This key is not made for that.'))
  }
  return judgeStatus(key, key.status, action)
}

function judgeStatus(
  key: KeyRow,
  status: Exclude<KeyStatus, 'waiting'>,
  action: OperationRequest['action'],
): Verdict {
  switch (status) {
    case 'active':
      return { allowed: true, key, approval: null }
    case 'disabled':
    case 'retired-disabled':
      return refused(new PosternError('key/disabled', 'This key has been switched off.'))
    case 'retired':
      // A past key still opens old mail; it signs nothing new.
      return action === 'unwrap'
        ? { allowed: true, key, approval: null }
        : refused(new PosternError('key/retired', 'This key is retired.'))
  }
}

function refused(error: PosternError): Verdict {
  return { allowed: false, error }
}
