import { instant } from '../../clock.ts'
import { anyChangeDue, listOpenChanges, updateOpenChange } from '../../storage/changes.ts'
import type { ChangeRow, Db } from '../../storage/schema.ts'
import { listAdministrators } from '../../storage/users.ts'
import type { Append } from '../audit/journal.ts'
import type { Records } from '../records.ts'
import { contentOf, stepEntry } from './change-record.ts'
import { kindOf } from './kinds/every.ts'
import { performChange } from './perform.ts'
import { standsAlone } from './voices.ts'

/** Does what the only administrator of the company has waited for, and forgets what nobody confirmed in time. */
export async function settleChanges({ db, journal, clock }: Records): Promise<void> {
  if (!(await anyChangeDue(db, instant(clock())))) return
  await journal.write(async (tx, append, now) => {
    for (const change of await listOpenChanges(tx)) await settle(tx, append, now, change)
  })
}

async function settle(tx: Db, append: Append, now: Date, change: ChangeRow): Promise<void> {
  const at = instant(now)
  if (change.expiresAt <= at) {
    await updateOpenChange(tx, change.id, { state: 'expired', settledAt: at })
    const content = contentOf(change)
    const { keyId } = await kindOf(content).about(tx, content)
    append(stepEntry('change-expired', change, null, keyId))
  } else if (change.actsAt <= at && standsAlone(change, await listAdministrators(tx))) {
    await performChange(tx, append, now, change, null)
  }
}
