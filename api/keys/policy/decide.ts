import type { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import { spendApproval } from '../../storage/approvals.ts'
import type { ApprovalRow, Db } from '../../storage/schema.ts'
import { forgetUses, insertUses } from '../../storage/uses.ts'
import type { Append, GroupWork } from '../audit/journal.ts'
import type { SessionTimes } from '../auth/session-times.ts'
import { type Alarm, type LetThrough, unusualUse } from './alarm.ts'
import { type Facts, readFacts, readStanding } from './facts.ts'
import { judge, judgeStanding } from './judge.ts'
import type { KnownApprovals } from './known-approvals.ts'
import { type Asked, type OperationRequest, Permit } from './permit.ts'
import type { RecentUse } from './recent-use.ts'
import { Refusals } from './refusals.ts'

/** What the token did by a permit. */
export type Done = {
  readonly permit: Permit
  readonly contextHash: string | null
  readonly times: SessionTimes
}

/** A refusal is an answer here: it is recorded in the same transaction, and thrown after it. */
type Decided =
  | { readonly allowed: true; readonly permit: Permit }
  | { readonly allowed: false; readonly error: PosternError }

/** With what somebody should look at because of it. */
export type Decision = { readonly decided: Decided; readonly alarm: Alarm | null }

const DAY = 24 * 3600 // seconds: the longest quota
const FORGET_EVERY = 128 // uses of a subject

/**
 * Decides about operations and records it: the intent of what is allowed, or the refusal (of many alike, the
 * first ones of a day). Sessions, the keys' states, recent use and approvals are read in the transaction that writes,
 * and each that is allowed counts for those after it.
 */
export const decide: GroupWork<Asked, Decision> = async (tx, append, now, asked) => {
  const facts = await readFacts(tx, asked, now)
  const refusals = new Refusals()
  const letThrough: LetThrough[] = []
  const decisions = asked.map((one): { request: OperationRequest; decided: Decided } => {
    const { request } = one
    const operation = randomId()
    const verdict = judge(facts, one, now)
    if (!verdict.allowed) {
      refusals.add(request, operation, verdict.error.code)
      return { request, decided: verdict }
    }
    const { key, approval } = verdict
    if (approval !== null) spend(facts, append, approval, operation)
    append({ ...request, operation, phase: 'intent' })
    facts.uses.note(key.id, instant(now))
    letThrough.push({ request, number: facts.uses.note(request.userId, instant(now)) })
    const { id, purpose, algorithm, origin } = key
    const permit = new Permit(operation, request, { id, purpose, algorithm, origin })
    return { request, decided: { allowed: true, permit } }
  })
  await storeUses(tx, facts.uses, now)
  await storeSpent(tx, facts.approvals)
  const alarms = new Map([
    ...(await unusualUse(tx, append, letThrough, now)),
    ...(await refusals.record(tx, append, now)),
  ])
  return decisions.map(({ request, decided }) => {
    return { decided, alarm: alarms.get(request) ?? null }
  })
}

/** `digest` names the approval, as in the entry of when it was made. */
function spend(facts: Facts, append: Append, approval: ApprovalRow, operation: string): void {
  facts.approvals.spend(approval)
  const { userId, sessionId, keyId, hash: digest } = approval
  const whose = { userId, sessionId, keyId }
  const spent = { phase: 'event', action: 'approval-spent', outcome: 'done' } as const
  append({ ...whose, ...spent, operation, digest })
}

/**
 * Whether what the token answered may still be released, and the record of it: switched off or signed out
 * in the meantime means that it may not.
 */
export const decideRelease: GroupWork<Done, PosternError | null> = async (
  tx,
  append,
  now,
  done,
) => {
  const requests = done.map(({ permit }) => permit.request)
  const standing = await readStanding(tx, requests)
  return done.map(({ permit: { operation, request }, contextHash, times }) => {
    const verdict = judgeStanding(standing, request, times, now)
    const error = verdict.allowed ? null : verdict.error
    const outcome = error === null ? 'done' : 'refused'
    const code = error?.code ?? null
    append({ ...request, operation, phase: 'result', outcome, code, contextHash })
    return error
  })
}

async function storeSpent(tx: Db, { spent }: KnownApprovals): Promise<void> {
  for (const hash of spent) {
    if (!(await spendApproval(tx, hash))) throw new TypeError('an approval was spent twice')
  }
}

async function storeUses(tx: Db, { noted }: RecentUse, now: Date): Promise<void> {
  await insertUses(tx, noted)
  for (const { subject, number } of noted) {
    if (number % FORGET_EVERY === 0) await forgetUses(tx, subject, instant(now, -DAY))
  }
}
