import type { KeyRow } from '../../storage/schema.ts'
import type { Quota } from './recent-use.ts'

const MINUTE = 60
const DAY = 24 * 3600

/** How often keys may be used. */
export type Allowance = Pick<KeyRow, 'perMinute' | 'perDay'>

/**
 * All that an operation with the key must fit into: its own quota, and its user's. A batch may use up half of each: the
 * rest is for what its user asks for one by one.
 * @param ofUser all of their keys together: as much as the one that may be used most
 */
export function quotasOf(key: KeyRow, ofUser: Allowance, batched: boolean): readonly Quota[] {
  const share = (uses: number) => (batched ? Math.floor(uses / 2) : uses)
  const within = (subject: string, { perMinute, perDay }: Allowance) => [
    { subject, seconds: MINUTE, uses: share(perMinute) },
    { subject, seconds: DAY, uses: share(perDay) },
  ]
  return [...within(key.id, key), ...within(key.userId, ofUser)]
}

/** What the key may be used for without an approval, where its policy has such a number. */
export function unapprovedQuota({ id, approval, approvalAbove }: KeyRow): Quota | null {
  if (approval !== 'none' || approvalAbove === null) return null
  return { subject: id, seconds: DAY, uses: approvalAbove }
}
