import { PosternError } from '#shared/errors.ts'
import { randomId } from '../../random-id.ts'
import { changeKeyStatus, findKey } from '../../storage/keys.ts'
import type { Records } from '../records.ts'

/**
 * Retires the key for good: it signs nothing new, nobody encrypts to it any more, and it still opens old mail.
 * @param actor who does it, for the audit
 * @returns false when it was retired already
 * @throws PosternError `key/not-found`, `key/disabled`: retired, a key that is switched off would open mail again
 */
export function retireKey({ journal }: Records, keyId: string, actor: string): Promise<boolean> {
  return journal.write(async (tx, append) => {
    const key = await findKey(tx, keyId)
    if (key === null) throw new PosternError('key/not-found', `There is no key ${keyId}.`)
    if (key.status === 'disabled') {
      throw new PosternError('key/disabled', 'A key that is switched off is not retired.')
    }
    if (!(await changeKeyStatus(tx, keyId, 'active', 'retired'))) return false
    const about = { actor, userId: key.userId, keyId }
    const done = { phase: 'event', operation: randomId(), outcome: 'done' } as const
    append({ ...about, ...done, action: 'key-retired' })
    return true
  })
}
