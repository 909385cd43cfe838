import type { Outcome } from '#shared/contract/admin/changes.ts'
import type { ChangeRow, Db } from '../../../storage/schema.ts'
import { getChange } from '../../changes/describe.ts'
import type { By } from '../../lifecycle/by.ts'

/** What became of what was asked for: done, where no change waits now. */
export async function outcomeOf(
  db: Db,
  change: ChangeRow | null,
  { userId }: By,
): Promise<Outcome> {
  if (change === null) return { state: 'done' }
  return { state: 'proposed', change: await getChange(db, change.id, userId) }
}
