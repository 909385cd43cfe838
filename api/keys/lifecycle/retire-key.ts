import type { KeyStatus } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import { randomId } from '../../random-id.ts'
import { changeKeyStatus, findKey } from '../../storage/keys.ts'
import type { Records } from '../records.ts'

const RETIRED: Partial<Record<KeyStatus, KeyStatus>> = {
  active: 'retired',
  disabled: 'retired-disabled',
}

/**
 * Retires the key for good: it signs nothing new, nobody encrypts to it any more, and it still opens old mail, unless
 * it is switched off, which it stays.
 * @param actor who does it, for the audit
 * @returns false when it was retired already, or waits for its certificate
 * @throws PosternError `key/not-found`
 */
export function retireKey({ journal }: Records, keyId: string, actor: string): Promise<boolean> {
  return journal.write(async (tx, append) => {
    const key = await findKey(tx, keyId)
    if (key === null) throw new PosternError('key/not-found', `There is no key ${keyId}.`)
    const next = RETIRED[key.status]
    if (next === undefined || !(await changeKeyStatus(tx, keyId, key.status, next))) return false
    const about = { actor, userId: key.userId, keyId }
    const done = { phase: 'event', operation: randomId(), outcome: 'done' } as const
    append({ ...about, ...done, action: 'key-retired' })
    return true
  })
}
