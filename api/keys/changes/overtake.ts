import type { ChangeContent } from '#shared/contract/admin/changes.ts'
import { instant } from '../../clock.ts'
import { listOpenChanges, updateOpenChange } from '../../storage/changes.ts'
import type { Db } from '../../storage/schema.ts'
import type { AuditEntry } from '../audit/entry.ts'
import type { Append } from '../audit/journal.ts'
import { contentOf, stepEntry } from './change-record.ts'

/**
 * Takes back what waits for two administrators and would undo what is done now, inside a transaction: who agreed to it
 * did not know of this, and the time of a company's only administrator began before it.
 * @param by who does what overtakes it, and to whom, for the audit
 */
export async function overtakeChanges(
  tx: Db,
  append: Append,
  now: Date,
  isOvertaken: (content: ChangeContent) => boolean,
  by: Pick<AuditEntry, 'actor' | 'userId' | 'sessionId'>,
): Promise<void> {
  const settledBy = by.actor ?? null
  for (const change of await listOpenChanges(tx)) {
    const content = contentOf(change)
    if (!isOvertaken(content)) continue
    await updateOpenChange(tx, change.id, {
      state: 'withdrawn',
      settledAt: instant(now),
      settledBy,
    })
    const keyId = 'key' in content ? content.key : null
    append({ ...stepEntry('change-withdrawn', change, null, keyId), ...by })
  }
}
