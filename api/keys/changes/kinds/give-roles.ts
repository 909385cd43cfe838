import type { ChangeContent } from '#shared/contract/admin/changes.ts'
import { PosternError } from '#shared/errors.ts'
import { findUser } from '../../../storage/users.ts'
import { writeRoles, wouldLeaveNobody } from '../../lifecycle/roles.ts'
import type { ChangeKind } from './kind.ts'

type Content = Extract<ChangeContent, { kind: 'give-roles' }>

export const giveRoles: ChangeKind<Content> = {
  about: (_db, { user: userId }) => Promise.resolve({ userId, keyId: null }),
  async check(db, { user: id, roles }) {
    const user = await findUser(db, id)
    if (user?.status !== 'active') {
      return new PosternError('request/not-found', 'There is no such user any more.')
    }
    return (await wouldLeaveNobody(db, user, roles))
      ? new PosternError('user/last-admin', 'Nobody would be left to administrate.')
      : null
  },
  async act(tx, append, now, { user: id, roles }, actor) {
    const user = await findUser(tx, id)
    if (user !== null) await writeRoles(tx, append, now, user, roles, { actor })
  },
}
