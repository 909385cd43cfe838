import { PosternError } from '#shared/errors.ts'
import type { Db, UserRow } from '../../storage/schema.ts'
import { findUserByName, listUsers, rolesOf } from '../../storage/users.ts'
import { command, type Topic } from '../command.ts'
import { table } from '../table.ts'

/** @throws PosternError `request/not-found` */
export async function getUser(db: Db, username: string): Promise<UserRow> {
  const user = await findUserByName(db, username.toLowerCase())
  if (user !== null) return user
  throw new PosternError('request/not-found', `There is no user ${username}.`)
}

const list = command({
  name: 'list',
  does: 'who is there',
  examples: ['postern user list', 'postern user list --json'],
  async run(context) {
    const { db } = await context.records()
    const users = (await listUsers(db)).map((user) => {
      const { username, name, address } = user
      return { username, name, address, roles: rolesOf(user) }
    })
    const rows = users.map(({ username, name, address, roles }) => [
      username,
      name,
      address,
      roles.join(' ') || '-',
    ])
    return { data: { users }, text: table(['USERNAME', 'NAME', 'ADDRESS', 'ROLES'], rows) }
  },
})

export const userTopic: Topic = {
  name: 'user',
  does: 'the people of the company',
  commands: [list],
}
