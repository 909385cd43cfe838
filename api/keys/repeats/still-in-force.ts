import { isPosternError } from '#shared/errors.ts'
import { findKey } from '../../storage/keys.ts'
import type { Db } from '../../storage/schema.ts'
import type { Caller } from '../auth/caller.ts'
import { judgeKey } from '../policy/judge.ts'
import type { OperationRequest } from '../policy/permit.ts'

/**
 * Before the answer to an operation is given again: a key that was switched off or retired since gives nothing out any
 * more. One that is not the user's, or not for this, gave nothing out before: a batch may have named it.
 * @throws PosternError `key/disabled`, `key/retired`
 */
export async function stillInForce(
  db: Db,
  { user }: Caller,
  action: OperationRequest['action'],
  keyIds: Iterable<string>,
): Promise<void> {
  for (const keyId of keyIds) {
    const verdict = judgeKey(await findKey(db, keyId), { userId: user.id, action })
    if (verdict.allowed) continue
    if (isPosternError(verdict.error, 'key/disabled', 'key/retired')) throw verdict.error
  }
}
