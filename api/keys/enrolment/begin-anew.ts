import { instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import { putEnrolment } from '../../storage/enrolments.ts'
import type { Db, UserRow } from '../../storage/schema.ts'
import { listSessions } from '../../storage/sessions.ts'
import type { Append } from '../audit/journal.ts'
import { newRecoveryCode } from '../auth/factors/recovery.ts'
import { endOnRecord } from '../auth/sign-out.ts'
import type { By } from '../lifecycle/by.ts'
import { forgetSignIn } from '../lifecycle/forget-sign-in.ts'
import { giveNoRoles } from '../lifecycle/roles.ts'
import { switchAllOff } from '../lifecycle/switch-key.ts'
import { hashEnrolmentCode } from './enrolment-code.ts'

const GOOD_FOR = 3 * 24 * 3600 // seconds: over a weekend

/** What the user is handed, on paper or by telephone. The code is seen this once. */
export type Enrolment = { readonly code: string; readonly expiresAt: string }

/**
 * Lets the user begin anew, inside a transaction: their sessions end, what they signed in with is gone, and the code
 * of the answer is good once, to set a password and an app. Their keys go off: else whoever hands the code out could
 * use them alone, in the user's name. Switching on takes two. So does giving a role, which is to be asked anew: it was
 * meant for who had signed in before.
 */
export async function beginAnew(
  tx: Db,
  append: Append,
  now: Date,
  user: UserRow,
  { actor }: By,
): Promise<Enrolment> {
  for (const session of await listSessions(tx, user.id)) {
    await endOnRecord(tx, append, now, session)
  }
  await forgetSignIn(tx, user)
  await switchAllOff(tx, append, now, user.id, { actor })
  await giveNoRoles(tx, append, now, user, { actor })
  const code = newRecoveryCode()
  const expiresAt = instant(now, GOOD_FOR)
  await putEnrolment(tx, { userId: user.id, codeHash: hashEnrolmentCode(user.id, code), expiresAt })
  const done = { phase: 'event', operation: randomId(), outcome: 'done' } as const
  append({ actor, ...done, action: 'sign-in-reset', userId: user.id })
  return { code, expiresAt }
}
