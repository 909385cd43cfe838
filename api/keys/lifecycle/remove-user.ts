import { PosternError } from '#shared/errors.ts'
import { randomId } from '../../random-id.ts'
import { listSessions } from '../../storage/sessions.ts'
import { findUser, isAdministrator, updateUser } from '../../storage/users.ts'
import { endOnRecord } from '../auth/sign-out.ts'
import type { Records } from '../records.ts'
import type { By } from './by.ts'
import { forgetSignIn } from './forget-sign-in.ts'
import { wouldLeaveNobody } from './roles.ts'
import { switchAllOff } from './switch-key.ts'
import { waitAnew } from './wait-anew.ts'

/**
 * Removes the user, all in one transaction: their sessions end, their keys go off, and nothing that they had signs
 * anybody in. Once this resolves nothing of theirs is released, in any process. The name stays, for the audit.
 * @throws PosternError `request/not-found`, `user/last-admin`
 */
export async function removeUser({ journal }: Records, id: string, { actor }: By): Promise<void> {
  await journal.write(async (tx, append, now) => {
    const user = await findUser(tx, id)
    if (user?.status !== 'active') {
      throw new PosternError('request/not-found', 'There is no such user.')
    }
    if (await wouldLeaveNobody(tx, user, [])) {
      throw new PosternError('user/last-admin', 'Nobody would be left to administrate.')
    }
    const done = { phase: 'event', operation: randomId(), outcome: 'done' } as const
    append({ actor, ...done, action: 'user-removed', userId: id })
    await updateUser(tx, id, { status: 'removed', roles: '' })
    for (const session of await listSessions(tx, id)) await endOnRecord(tx, append, now, session)
    await switchAllOff(tx, append, now, id, { actor })
    await forgetSignIn(tx, user)
    if (isAdministrator(user)) await waitAnew(tx, now)
  })
}
