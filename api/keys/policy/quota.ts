import type { ErrorCode } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { countIntents, countRefusals } from '../../storage/audit-entries.ts'
import type { Db, KeyRow } from '../../storage/schema.ts'

const MINUTE = 60
const DAY = 24 * 3600

/** Of each kind in a day. All kinds together stay well below a page of `/activity`. */
const REFUSALS_RECORDED = 20

/**
 * Whether one more refusal of this kind is to be recorded. Refused calls cost nothing: whoever holds a session
 * could otherwise push what was let through out of its owner's sight.
 */
export async function isWorthRecording(
  tx: Db,
  userId: string,
  refused: ErrorCode,
  now: Date,
): Promise<boolean> {
  return (await countRefusals(tx, userId, refused, instant(now, -DAY))) < REFUSALS_RECORDED
}

/**
 * Counted from the audit itself, so that no other count can differ from it.
 * @returns seconds until the key may be used again, 0 when it may be used now
 */
export async function quotaWait(tx: Db, key: KeyRow, now: Date): Promise<number> {
  const minute = await windowWait(tx, key.id, now, MINUTE, key.perMinute)
  const day = await windowWait(tx, key.id, now, DAY, key.perDay)
  return Math.max(minute, day)
}

async function windowWait(
  tx: Db,
  keyId: string,
  now: Date,
  seconds: number,
  allowed: number,
): Promise<number> {
  const { count, first } = await countIntents(tx, keyId, instant(now, -seconds))
  if (count < allowed) return 0
  const freed = first === null ? now.getTime() : Date.parse(first)
  return Math.max(1, Math.ceil((freed - now.getTime()) / 1000 + seconds))
}
