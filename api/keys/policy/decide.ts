import type { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import type { Db } from '../../storage/schema.ts'
import { forgetUses, insertUses } from '../../storage/uses.ts'
import type { GroupWork } from '../audit/journal.ts'
import type { SessionTimes } from '../auth/session-times.ts'
import { readFacts, readStanding } from './facts.ts'
import { judge, judgeStanding } from './judge.ts'
import { type OperationRequest, Permit } from './permit.ts'
import type { RecentUse } from './recent-use.ts'
import { Refusals } from './refusals.ts'

/** What is to be decided. */
export type Asked = { readonly request: OperationRequest; readonly times: SessionTimes }

/** What the token did by a permit. */
export type Done = {
  readonly permit: Permit
  readonly contextHash: string | null
  readonly times: SessionTimes
}

/** A refusal is an answer here: it is recorded in the same transaction, and thrown after it. */
export type Decision =
  | { readonly allowed: true; readonly permit: Permit }
  | { readonly allowed: false; readonly error: PosternError }

const DAY = 24 * 3600 // seconds: the longest quota
const FORGET_EVERY = 128 // uses of a subject

/**
 * Decides about operations and records it: the intent of what is allowed, or the refusal (of many alike, the
 * first ones of a day). Sessions, the keys' states and recent use are read in the transaction that writes, and
 * each that is allowed counts for those after it.
 */
export const decide: GroupWork<Asked, Decision> = async (tx, append, now, asked) => {
  const facts = await readFacts(
    tx,
    asked.map(({ request }) => request),
  )
  const refusals = new Refusals()
  const decisions = asked.map(({ request, times }): Decision => {
    const operation = randomId()
    const verdict = judge(facts, request, times, now)
    if (!verdict.allowed) {
      refusals.add(request, operation, verdict.error.code)
      return verdict
    }
    const { id, purpose, algorithm } = verdict.key
    append({ ...request, operation, phase: 'intent' })
    facts.uses.note(id, instant(now))
    facts.uses.note(request.userId, instant(now))
    return { allowed: true, permit: new Permit(operation, request, { id, purpose, algorithm }) }
  })
  await storeUses(tx, facts.uses, now)
  await refusals.record(tx, append, now)
  return decisions
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

async function storeUses(tx: Db, { noted }: RecentUse, now: Date): Promise<void> {
  await insertUses(tx, noted)
  for (const { subject, number } of noted) {
    if (number % FORGET_EVERY === 0) await forgetUses(tx, subject, instant(now, -DAY))
  }
}
