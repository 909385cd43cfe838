import { instant } from '../../clock.ts'
import { holdOpenChanges } from '../../storage/changes.ts'
import type { Db } from '../../storage/schema.ts'
import { listAdministrators } from '../../storage/users.ts'
import { readSettings } from '../policy/company-settings.ts'

/**
 * Somebody administrates no more. Where one administrator is left, what is open starts to wait from now: nobody gets
 * rid of the second in order to act at once.
 */
export async function waitAnew(tx: Db, now: Date): Promise<void> {
  if ((await listAdministrators(tx)).length > 1) return
  const { waitMinutes } = await readSettings(tx, 'changes')
  await holdOpenChanges(tx, instant(now, waitMinutes * 60))
}
