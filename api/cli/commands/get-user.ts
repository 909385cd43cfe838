import { PosternError } from '#shared/errors.ts'
import type { Db, UserRow } from '../../storage/schema.ts'
import { findUserByName } from '../../storage/users.ts'

/** @throws PosternError `request/not-found` */
export async function getUser(db: Db, username: string): Promise<UserRow> {
  const user = await findUserByName(db, username.toLowerCase())
  if (user !== null) return user
  throw new PosternError('request/not-found', `There is no user ${username}.`)
}
