import type { ErrorCode } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { countRefusals } from '../../storage/audit-entries.ts'
import type { Db } from '../../storage/schema.ts'
import type { Append } from '../audit/journal.ts'
import { type Alarm, raiseAlarm } from './alarm.ts'
import type { OperationRequest } from './permit.ts'

const DAY = 24 * 3600

/** Of each kind in a day. All kinds together stay well below a page of `/activity`. */
const REFUSALS_RECORDED = 20

type Refusal = {
  readonly request: OperationRequest
  readonly operation: string
  readonly code: ErrorCode
}

/**
 * The refusals of one transaction, of which some are recorded. Refused calls cost nothing: whoever holds a session
 * could otherwise push what was let through out of its owner's sight.
 */
export class Refusals {
  readonly #kinds = new Map<string, Refusal[]>()

  add(request: OperationRequest, operation: string, code: ErrorCode): void {
    const kind = `${request.userId} ${code}`
    const alike = this.#kinds.get(kind) ?? []
    alike.push({ request, operation, code })
    this.#kinds.set(kind, alike)
  }

  /** @returns the alarms over quotas that refused somebody for the first time in a day */
  async record(tx: Db, append: Append, now: Date): Promise<Map<OperationRequest, Alarm>> {
    const alarms = new Map<OperationRequest, Alarm>()
    for (const alike of this.#kinds.values()) {
      const [first] = alike
      if (first === undefined) continue
      const since = instant(now, -DAY)
      const recorded = await countRefusals(tx, first.request.userId, first.code, since)
      for (const { request, ...how } of alike.slice(0, Math.max(0, REFUSALS_RECORDED - recorded))) {
        append({ ...request, ...how, phase: 'event', outcome: 'refused' })
      }
      if (recorded > 0 || first.code !== 'quota/exceeded') continue
      alarms.set(first.request, raiseAlarm(append, first.code, first.request))
    }
    return alarms
  }
}
