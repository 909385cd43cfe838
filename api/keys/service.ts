import type { ProblemLog } from '../problem.ts'
import type { Hsm } from '../hsm/port.ts'
import type { OpenIdProvider } from './auth/openid/provider.ts'
import type { SessionTimes } from './auth/session-times.ts'
import type { OperationMeter } from './operations/meter.ts'
import type { Turns } from './operations/turns.ts'
import type { AlarmBell } from './policy/alarm.ts'
import type { Records } from './records.ts'

/** What the key service is made of. */
export type KeyServiceDeps = Records & {
  readonly hsm: Hsm
  /** The longest that the company may let sessions live. */
  readonly session: SessionTimes
  /** Where else users can sign in, or null. */
  readonly openId: OpenIdProvider | null
  /** Whose operation goes to the token next. */
  readonly turns: Turns
  readonly meter: OperationMeter
  readonly alarmed: AlarmBell
  /** Where a proxy in front serves us (`https://mail.example.com`), or null. */
  readonly publicOrigin: string | null
  readonly log: ProblemLog
}
