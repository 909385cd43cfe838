import { PosternError } from '#shared/errors.ts'
import { randomId } from '../../random-id.ts'
import { changeKeyStatus, findKey } from '../../storage/keys.ts'
import type { Records } from '../records.ts'

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
    if (!(await changeKeyStatus(tx, keyId, to === 'active' ? 'disabled' : 'active', to)))
      return false
    append({
      phase: 'event',
      action: to === 'active' ? 'key-switched-on' : 'key-switched-off',
      operation: randomId(),
      outcome: 'done',
      actor,
      userId: key.userId,
      keyId,
    })
    return true
  })
}
