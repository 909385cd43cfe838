import type { ChangeContent } from '#shared/contract/admin/changes.ts'
import { instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import { findOpenChange, insertChange } from '../../storage/changes.ts'
import type { ChangeRow, Db } from '../../storage/schema.ts'
import type { Append } from '../audit/journal.ts'
import type { By } from '../lifecycle/by.ts'
import { readSettings } from '../policy/company-settings.ts'
import { encodeContent, stepEntry } from './change-record.ts'
import { kindOf } from './kinds/every.ts'

const MINUTE = 60
const HOUR = 3600

/**
 * Asks for what takes two administrators, inside a transaction. Asked again, it is the change that waits already:
 * nobody confirms by asking. An operator's word counts as no administrator's.
 * @throws PosternError why it cannot be done as things stand
 */
export async function proposeChange(
  tx: Db,
  append: Append,
  now: Date,
  asked: ChangeContent,
  by: By,
): Promise<ChangeRow> {
  const kind = kindOf(asked)
  const refused = await kind.check(tx, asked)
  if (refused !== null) throw refused
  const content = encodeContent(asked)
  const waiting = await findOpenChange(tx, content)
  if (waiting !== null) return waiting
  const { waitMinutes, expiryHours } = await readSettings(tx, 'changes')
  const wait = waitMinutes * MINUTE
  const row: ChangeRow = {
    id: randomId(),
    content,
    state: 'open',
    code: null,
    actor: by.actor,
    firstId: by.userId,
    secondId: null,
    proposedAt: instant(now),
    actsAt: instant(now, wait),
    expiresAt: instant(now, Math.max(expiryHours * HOUR, wait + HOUR)), // one that acts by itself gets there
    settledAt: null,
    settledBy: null,
  }
  await insertChange(tx, row)
  const { keyId } = await kind.about(tx, asked)
  append(stepEntry('change-proposed', row, by, keyId))
  return row
}
