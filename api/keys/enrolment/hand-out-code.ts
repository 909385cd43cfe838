import { PosternError } from '#shared/errors.ts'
import { isAddress } from '#shared/mime/address.ts'
import type { UserRow } from '../../storage/schema.ts'
import { findUser, isAdministrator } from '../../storage/users.ts'
import type { By } from '../lifecycle/by.ts'
import { addUser, type NewUser } from '../lifecycle/users.ts'
import type { Records } from '../records.ts'
import { beginAnew, type Enrolment } from './begin-anew.ts'

type Hired = { readonly user: UserRow; readonly enrolment: Enrolment }

/**
 * Adds somebody, who sets what they sign in with themselves.
 * @throws PosternError `request/malformed` for what is no mail address, `user/taken`
 */
export async function hireUser(
  { journal }: Records,
  asked: Omit<NewUser, 'roles'>,
  by: By,
): Promise<Hired> {
  if (!isAddress(asked.address)) {
    throw new PosternError('request/malformed', 'This is not a mail address.')
  }
  return journal.write(async (tx, append, now) => {
    const added = await addUser(tx, append, now, { ...asked, roles: [] }, by.actor)
    if (!added.isNew) throw new PosternError('user/taken', 'This username is taken.')
    return { user: added.user, enrolment: await beginAnew(tx, append, now, added.user, by) }
  })
}

/**
 * For who lost what they sign in with. Whoever holds the code is the user, so that of an administrator is given out at
 * the machine itself: else one of two could become the other.
 * @throws PosternError `request/not-found`, `policy/denied`
 */
export async function resetSignIn({ journal }: Records, id: string, by: By): Promise<Enrolment> {
  return journal.write(async (tx, append, now) => {
    const user = await findUser(tx, id)
    if (user?.status !== 'active') {
      throw new PosternError('request/not-found', 'There is no such user.')
    }
    if (by.operator === null && isAdministrator(user)) {
      const why = 'An administrator begins anew by a code from the machine: postern user reset.'
      throw new PosternError('policy/denied', why)
    }
    return beginAnew(tx, append, now, user, by)
  })
}
