import { PosternError } from '#shared/errors.ts'
import { randomId } from '../../random-id.ts'
import { deleteApprovalsOfKey } from '../../storage/approvals.ts'
import { changeKeyStatus, findKey, listKeys } from '../../storage/keys.ts'
import type { Db, KeyRow } from '../../storage/schema.ts'
import type { AuditEntry } from '../audit/entry.ts'
import type { Append } from '../audit/journal.ts'
import type { Records } from '../records.ts'

/** Who does it, for the audit: somebody at the machine itself, or the owner in one of their sessions. */
type By = Pick<AuditEntry, 'actor' | 'sessionId'>

/**
 * Switches the key off: once this resolves, no operation with it is released, in any session, in any process.
 * @param actor who does it, for the audit
 * @returns false when it was off already
 * @throws PosternError `key/not-found`, `key/retired`
 */
export function switchOff(records: Records, keyId: string, actor: string): Promise<boolean> {
  return change(records, keyId, actor, 'disabled')
}

/**
 * Lets a key that was switched off work again.
 * @param actor who does it, for the audit
 * @returns false when it was on already
 * @throws PosternError `key/not-found`, `key/retired`
 */
export function switchOn(records: Records, keyId: string, actor: string): Promise<boolean> {
  return change(records, keyId, actor, 'active')
}

/**
 * Switches every key of the user off that is on, inside a transaction: all of them or none.
 * @returns the ids of those that were on
 */
export async function switchAllOff(
  tx: Db,
  append: Append,
  userId: string,
  by: By,
): Promise<string[]> {
  const switched: string[] = []
  for (const key of await listKeys(tx, userId)) {
    if (await changeOnRecord(tx, append, key, by, 'disabled')) switched.push(key.id)
  }
  return switched
}

async function change(
  { journal }: Records,
  keyId: string,
  actor: string,
  to: 'active' | 'disabled',
): Promise<boolean> {
  return journal.write(async (tx, append) => {
    const key = await findKey(tx, keyId)
    if (key === null) throw new PosternError('key/not-found', `There is no key ${keyId}.`)
    if (key.status === 'retired') {
      throw new PosternError('key/retired', 'A retired key is neither on nor off.')
    }
    return changeOnRecord(tx, append, key, { actor }, to)
  })
}

async function changeOnRecord(
  tx: Db,
  append: Append,
  key: KeyRow,
  by: By,
  to: 'active' | 'disabled',
): Promise<boolean> {
  const from = to === 'active' ? 'disabled' : 'active'
  if (!(await changeKeyStatus(tx, key.id, from, to))) return false
  await deleteApprovalsOfKey(tx, key.id) // what was approved for it before holds no more
  append({
    ...by,
    phase: 'event',
    action: to === 'active' ? 'key-switched-on' : 'key-switched-off',
    operation: randomId(),
    outcome: 'done',
    userId: key.userId,
    keyId: key.id,
  })
  return true
}
