import { PosternError } from '#shared/errors.ts'
import { isAddress } from '#shared/mime/address.ts'
import { enrolTotp } from '../../keys/lifecycle/factors.ts'
import { acceptablePassword, createUser, setPassword } from '../../keys/lifecycle/users.ts'
import { qrCode } from '../../start/qr-code.ts'
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

const create = command({
  name: 'create',
  does: 'add a person, whose first password is asked for',
  notes: `
With --totp, their one-time-code seed is made and shown this once, as a QR code and as text: nobody signs in without a
second factor. The password is typed twice, or one line of standard input.`,
  arguments: { username: { does: 'letters, digits, and . _ - between them' } },
  options: {
    address: { does: 'their mail address', value: 'ADDRESS', required: true },
    name: { does: 'their name as certificates will show it; else the username', value: 'NAME' },
    role: { does: 'what they may do for others', choices: ['admin', 'auditor'], many: true },
    totp: { does: 'enrol an authenticator app' },
  },
  examples: [
    'postern user create carol --address carol@example.com --name Carol --role admin --totp',
    'postern user create bob --address bob@example.com --json < file-with-the-password',
  ],
  async run(context, { username, address, name, role, totp }) {
    const records = await context.records()
    const wanted = { username, name: name ?? username, address, roles: role }
    await requireNew(records.db, wanted)
    const password = acceptablePassword(
      await context.secret(`First password of ${username}`, { twice: true }),
    )
    const user = await createUser(records, wanted)
    await setPassword(records, user, password)
    const enrolled = totp ? await enrolTotp({ ...records, hsm: await context.hsm() }, user) : null
    const text = `User ${user.username} is there.\n${enrolled === null ? '' : enrolment(enrolled)}`
    return { data: { user: user.username, address: user.address, totp: enrolled }, text }
  },
})

/** @throws PosternError `config/invalid`; a user that an interrupted command left without a password may be completed */
async function requireNew(db: Db, { username, address }: { username: string; address: string }) {
  if (!isAddress(address)) {
    throw new PosternError('config/invalid', `"${address}" is not a mail address.`)
  }
  const present = await findUserByName(db, username.toLowerCase())
  if (typeof present?.passwordHash !== 'string') return
  throw new PosternError('config/invalid', `There is a user ${present.username} already.`)
}

/** What a person is told who has to set the app up. */
export function enrolment({ seed, uri }: { seed: string; uri: string }): string {
  return `
Scan this with an authenticator app, or type ${seed} there; it is not shown again:

${qrCode(uri)}
`
}

export const userTopic: Topic = {
  name: 'user',
  does: 'the people of the company',
  commands: [list, create],
}
