import { listKeys } from '../../storage/keys.ts'
import type { Db } from '../../storage/schema.ts'
import { isOff } from './switch-key.ts'

/**
 * What a key begins as that is ready to serve: off where the user's keys were switched off and none is on. A new one in
 * their place would be as good as switching on, which takes two administrators; whoever had a user begin anew could
 * sign in their name with it alone.
 */
export async function firstStatus(tx: Db, userId: string): Promise<'active' | 'disabled'> {
  const keys = await listKeys(tx, userId)
  const isOn = keys.some(({ status }) => status === 'active')
  return !isOn && keys.some(isOff) ? 'disabled' : 'active'
}
