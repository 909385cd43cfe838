import { type ApprovalNeed, PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import type { ApprovalRow, KeyRow } from '../../storage/schema.ts'
import type { KnownApprovals } from './known-approvals.ts'
import type { Asked } from './permit.ts'

/** Which approval lets the key be used; `period` beyond the number of uses that need none. */
export function approvalMode(key: KeyRow): ApprovalNeed['mode'] | null {
  if (key.approval !== 'none') return key.approval
  return key.approvalAbove === null ? null : 'period'
}

/**
 * The approval that lets the request through, not spent yet; an error without one. For keys that need one.
 * @param key its own key, in force
 */
export function judgeApproval(
  known: KnownApprovals,
  key: KeyRow,
  mode: ApprovalNeed['mode'],
  asked: Asked,
  now: Date,
): ApprovalRow | PosternError {
  const needs = needOf(key, mode)
  const fits = (approval: ApprovalRow) =>
    isFor(approval, asked) && approval.expiresAt > instant(now)
  if (mode === 'period') {
    return known.ofSession(asked.request.sessionId).find(fits) ?? required(needs)
  }
  if (asked.terms.approval === null) return required(needs)
  const approval = known.named(asked.terms.approval)
  if (approval === null || !fits(approval) || known.usesLeft(approval) < 1) {
    const spent = 'The confirmation is used up, or is for something else.'
    return new PosternError('approval/spent', spent, { needs })
  }
  return approval
}

/** Of the same user, session, key and operation, and of these very bytes where the uses are counted. */
function isFor(approval: ApprovalRow, { request }: Asked): boolean {
  const { userId, sessionId, keyId, operation, digests, usesLeft } = approval
  const digest = request.action === 'sign' ? request.digest : request.entryDigest
  return (
    userId === request.userId &&
    sessionId === request.sessionId &&
    keyId === request.keyId &&
    operation === request.action &&
    (usesLeft === null || (JSON.parse(digests) as unknown[]).includes(digest))
  )
}

function needOf(
  { approvalMinutes, approvalUses }: KeyRow,
  mode: ApprovalNeed['mode'],
): ApprovalNeed {
  return { mode, minutes: approvalMinutes, uses: mode === 'period' ? null : approvalUses }
}

function required(needs: ApprovalNeed): PosternError {
  const message = 'Please confirm this use of your key with a code.'
  return new PosternError('approval/required', message, { needs })
}
