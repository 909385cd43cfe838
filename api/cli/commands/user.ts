import { PosternError } from '#shared/errors.ts'
import { isAddress } from '#shared/mime/address.ts'
import { requireLength } from '../../keys/auth/password-length.ts'
import { askForRoles } from '../../keys/changes/ask.ts'
import { byOperator } from '../../keys/lifecycle/by.ts'
import { enrolTotp } from '../../keys/lifecycle/factors.ts'
import { createUser, setPassword } from '../../keys/lifecycle/users.ts'
import { qrCode } from '../../start/qr-code.ts'
import type { Db } from '../../storage/schema.ts'
import { findUserByName, listUsers, rolesOf } from '../../storage/users.ts'
import { askedResult } from '../change-words.ts'
import { command, type Topic } from '../command.ts'
import { table } from '../table.ts'
import { remove, reset } from './user-away.ts'
import { roles } from './user-roles.ts'

const list = command({
  name: 'list',
  does: 'who is there',
  examples: ['postern user list', 'postern user list --json'],
  async run(context) {
    const { db } = await context.records()
    const users = (await listUsers(db)).map((user) => {
      const { username, name, address, status } = user
      return { username, name, address, roles: rolesOf(user), status }
    })
    const rows = users.map(({ username, name, address, roles, status }) => {
      return [username, name, address, status === 'active' ? roles.join(' ') || '-' : status]
    })
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
    role: {
      does: 'what they may do for others: see postern user roles --help',
      choices: ['admin', 'auditor'],
      many: true,
    },
    totp: { does: 'enrol an authenticator app' },
  },
  examples: [
    'postern user create carol --address carol@example.com --name Carol --role admin --totp',
    'postern user create bob --address bob@example.com --json < file-with-the-password',
  ],
  async run(context, { username, address, name, role, totp }) {
    const records = await context.records()
    const wanted = { username, name: name ?? username, address, roles: [] }
    await requireNew(records.db, wanted)
    const password = await context.secret(`First password of ${username}`, { twice: true })
    await requireLength(records.db, password) // before anybody is there who could not sign in
    const by = byOperator(context.actor)
    const user = await createUser(records, wanted, by.actor)
    await setPassword(records, user, password)
    const waiting = await records.journal.write((tx, append, now) =>
      askForRoles(tx, append, now, user.id, role, by),
    )
    const enrolled = totp ? await enrolTotp({ ...records, hsm: await context.hsm() }, user) : null
    const about = { user: user.username, address: user.address, totp: enrolled }
    const { text, data } = await askedResult(records.db, waiting, about, '')
    const app = enrolled === null ? '' : enrolment(enrolled)
    return { data, text: `User ${user.username} is there.\n${text}${app}` }
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
  commands: [list, create, roles, reset, remove],
}
