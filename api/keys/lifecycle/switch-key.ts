import type { KeyStatus } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import { randomId } from '../../random-id.ts'
import { deleteApprovalsOfKey } from '../../storage/approvals.ts'
import { changeKeyStatus, findKey, listKeys } from '../../storage/keys.ts'
import type { Db, KeyRow } from '../../storage/schema.ts'
import type { AuditEntry } from '../audit/entry.ts'
import type { Append } from '../audit/journal.ts'
import { overtakeChanges } from '../changes/overtake.ts'
import type { Records } from '../records.ts'

/** Who does it, for the audit: somebody for the owner, or the owner in one of their sessions. */
type Doer = Pick<AuditEntry, 'actor' | 'sessionId'>

const OFF: Partial<Record<KeyStatus, KeyStatus>> = {
  active: 'disabled',
  retired: 'retired-disabled',
}
const ON: Partial<Record<KeyStatus, KeyStatus>> = {
  disabled: 'active',
  'retired-disabled': 'retired',
}

/**
 * Switches the key off: once this resolves, no operation with it is released, in any session, in any process.
 * @param actor who does it, for the audit
 * @returns false when it was off already
 * @throws PosternError `key/not-found`
 */
export function switchOff({ journal }: Records, keyId: string, actor: string): Promise<boolean> {
  return journal.write(async (tx, append, now) => {
    const key = await findKey(tx, keyId)
    if (key === null) throw new PosternError('key/not-found', `There is no key ${keyId}.`)
    return turnOff(tx, append, now, key, { actor })
  })
}

/**
 * Switches every key of the user off that is on, past ones too, inside a transaction: all of them or none.
 * @returns the ids of those that were on
 */
export async function switchAllOff(
  tx: Db,
  append: Append,
  now: Date,
  userId: string,
  by: Doer,
): Promise<string[]> {
  const switched: string[] = []
  for (const key of await listKeys(tx, userId)) {
    if (await turnOff(tx, append, now, key, by)) switched.push(key.id)
  }
  return switched
}

/**
 * Lets a key do again what it did before it was switched off, inside a transaction. That takes two administrators:
 * only `api/keys/changes` calls this.
 * @returns false when it was on already
 */
export function switchOnAgain(tx: Db, append: Append, key: KeyRow, by: Doer): Promise<boolean> {
  return turn(tx, append, key, by, 'on')
}

export function isOff({ status }: Pick<KeyRow, 'status'>): boolean {
  return ON[status] !== undefined
}

/** What was asked before to have the key on again holds no more, for a key that was off already too. */
async function turnOff(tx: Db, append: Append, now: Date, key: KeyRow, by: Doer): Promise<boolean> {
  const whose = { ...by, userId: key.userId }
  await overtakeChanges(
    tx,
    append,
    now,
    (content) => content.kind === 'switch-key-on' && content.key === key.id,
    whose,
  )
  return turn(tx, append, key, by, 'off')
}

async function turn(
  tx: Db,
  append: Append,
  key: KeyRow,
  by: Doer,
  to: 'on' | 'off',
): Promise<boolean> {
  const next = (to === 'on' ? ON : OFF)[key.status]
  if (next === undefined || !(await changeKeyStatus(tx, key.id, key.status, next))) return false
  await deleteApprovalsOfKey(tx, key.id) // what was approved for it before holds no more
  append({
    ...by,
    phase: 'event',
    action: `key-switched-${to}`,
    operation: randomId(),
    outcome: 'done',
    userId: key.userId,
    keyId: key.id,
  })
  return true
}
