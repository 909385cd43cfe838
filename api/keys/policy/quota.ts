import type { KeyRow } from '../../storage/schema.ts'
import type { Quota } from './recent-use.ts'

const MINUTE = 60
const DAY = 24 * 3600

/** All that an operation with the key must fit into. */
export function quotasOf({ id, perMinute, perDay }: KeyRow): readonly Quota[] {
  return [
    { subject: id, seconds: MINUTE, uses: perMinute },
    { subject: id, seconds: DAY, uses: perDay },
  ]
}
