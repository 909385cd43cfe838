import { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { findChange, updateOpenChange } from '../../storage/changes.ts'
import type { By } from '../lifecycle/by.ts'
import type { Records } from '../records.ts'
import { contentOf, stepEntry } from './change-record.ts'
import { kindOf } from './kinds/every.ts'

/**
 * Takes an open change back, or turns it down: one administrator, or an operator, is enough for that.
 * @throws PosternError `request/not-found`
 */
export async function withdrawChange({ journal }: Records, id: string, by: By): Promise<void> {
  await journal.write(async (tx, append, now) => {
    const change = await findChange(tx, id)
    const settled = { state: 'withdrawn', settledAt: instant(now), settledBy: by.actor } as const
    if (change === null || !(await updateOpenChange(tx, id, settled))) {
      throw new PosternError('request/not-found', 'There is no such open change.')
    }
    const content = contentOf(change)
    const { keyId } = await kindOf(content).about(tx, content)
    append(stepEntry('change-withdrawn', change, by, keyId))
  })
}
