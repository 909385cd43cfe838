import { instant } from '../../clock.ts'
import { updateOpenChange } from '../../storage/changes.ts'
import type { ChangeRow, Db } from '../../storage/schema.ts'
import type { Append } from '../audit/journal.ts'
import type { By } from '../lifecycle/by.ts'
import { contentOf, stepEntry } from './change-record.ts'
import { kindOf } from './kinds/every.ts'

/**
 * Does what was proposed, inside a transaction, if it can still be done: things may have changed since.
 * @param by who agreed; null when its time has come
 */
export async function performChange(
  tx: Db,
  append: Append,
  now: Date,
  change: ChangeRow,
  by: By | null,
): Promise<void> {
  const content = contentOf(change)
  const kind = kindOf(content)
  const refused = await kind.check(tx, content)
  const settledBy = by?.actor ?? change.actor
  await updateOpenChange(tx, change.id, {
    state: refused === null ? 'done' : 'refused',
    code: refused?.code ?? null,
    settledAt: instant(now),
    settledBy,
    ...(by === null ? {} : { secondId: by.userId }),
  })
  const { keyId } = await kind.about(tx, content)
  const outcome = refused === null ? {} : ({ outcome: 'refused', code: refused.code } as const)
  append({ ...stepEntry('change-done', change, by, keyId), ...outcome })
  if (refused === null) await kind.act(tx, append, now, content, settledBy)
}
