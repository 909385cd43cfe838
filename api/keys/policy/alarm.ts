import { instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import type { Db } from '../../storage/schema.ts'
import { hadRush, putRush } from '../../storage/rushes.ts'
import { findUses } from '../../storage/uses.ts'
import type { Append } from '../audit/journal.ts'
import type { OperationRequest } from './permit.ts'

/**
 * Why somebody should look: a user's keys were used more often within ten minutes than in thirty days before, or a
 * quota refused them, for the first time in a day.
 */
export const ALARM_CAUSES = ['rate/unusual', 'quota/exceeded'] as const
export type AlarmCause = (typeof ALARM_CAUSES)[number]

/** `operation` finds its entry in the audit. */
export type Alarm = { readonly cause: AlarmCause; readonly operation: string }

/** Told of each alarm when it is on record. */
export type AlarmBell = (alarm: Alarm) => void

const RUSH_SECONDS = 10 * 60
const USUAL_SECONDS = 30 * 24 * 3600
/** Operations within ten minutes. What was seen at one of these sizes is usual; the next is twice as much. */
const SIZES = [100, 200, 400, 800, 1600] as const
const LOOK_EVERY = SIZES[0]

/** An operation that was let through, and its number among its user's. */
export type LetThrough = { readonly request: OperationRequest; readonly number: number }

/** An alarm, on record in the transaction that found its cause. */
export function raiseAlarm(append: Append, cause: AlarmCause, request: OperationRequest): Alarm {
  const operation = randomId()
  const { userId, sessionId, keyId } = request
  const whose = { userId, sessionId, keyId }
  append({ ...whose, phase: 'event', action: 'alarm', operation, outcome: 'done', code: cause })
  return { cause, operation }
}

/**
 * The alarms over users who do more than was usual, looked at with each hundredth of their operations.
 * @param letThrough already stored
 */
export async function unusualUse(
  tx: Db,
  append: Append,
  letThrough: readonly LetThrough[],
  now: Date,
): Promise<Map<OperationRequest, Alarm>> {
  const alarms = new Map<OperationRequest, Alarm>()
  for (const { request, number } of letThrough) {
    if (number % LOOK_EVERY !== 0 || !(await isUnusual(tx, request.userId, now))) continue
    alarms.set(request, raiseAlarm(append, 'rate/unusual', request))
  }
  return alarms
}

async function isUnusual(tx: Db, userId: string, now: Date): Promise<boolean> {
  const size = await rushSize(tx, userId, now)
  if (size === null) return false
  const isUsual = await hadRush(tx, { userId, size }, instant(now, -USUAL_SECONDS))
  await putRush(tx, { userId, size, lastAt: instant(now) })
  return !isUsual
}

/** The largest of the sizes that the last ten minutes reached. */
async function rushSize(tx: Db, userId: string, now: Date): Promise<number | null> {
  const sought = SIZES.map((size) => ({ subject: userId, back: size - 1 }))
  const found = await findUses(tx, sought)
  const since = instant(now, -RUSH_SECONDS)
  const within = found.filter(({ at }) => at !== null && at > since)
  return within.length === 0 ? null : Math.max(...within.map(({ back }) => back)) + 1
}
