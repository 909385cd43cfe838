import { findKey } from '../../storage/keys.ts'
import type { Db } from '../../storage/schema.ts'
import type { Caller } from '../auth/caller.ts'
import { judgeKey } from '../policy/judge.ts'
import type { OperationRequest } from '../policy/permit.ts'

/**
 * Before the answer to an operation is given again: a key that was switched off since gives nothing out any more.
 * @throws PosternError `key/not-found`, `key/disabled`, `key/retired`
 */
export async function stillInForce(
  db: Db,
  { user }: Caller,
  action: OperationRequest['action'],
  keyIds: Iterable<string>,
): Promise<void> {
  for (const keyId of keyIds) {
    const verdict = judgeKey(await findKey(db, keyId), { userId: user.id, action })
    if (!verdict.allowed) throw verdict.error
  }
}
