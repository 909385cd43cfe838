import { PosternError } from '#shared/errors.ts'
import { endOnRecord } from '../../keys/auth/sign-out.ts'
import { listSessions } from '../../storage/sessions.ts'
import { command, type Topic } from '../command.ts'
import { table } from '../table.ts'
import { getUser } from './get-user.ts'

const WHOSE = { username: { does: 'whose' } } as const

const list = command({
  name: 'list',
  does: 'where a user is signed in, the newest first',
  notes: 'Sessions that were not ended; some may have run out.',
  arguments: WHOSE,
  examples: ['postern session list alice'],
  async run(context, { username }) {
    const { db } = await context.records()
    const user = await getUser(db, username)
    const all = (await listSessions(db, user.id)).filter(({ stage }) => stage === 'full')
    const sessions = all.map(({ id, device, means, createdAt, lastSeenAt, absoluteExpiresAt }) => {
      return { id, device, means, createdAt, lastSeenAt, absoluteExpiresAt }
    })
    const rows = sessions.map((one) => [
      one.id,
      one.device,
      one.means.replace(' ', ', '),
      one.createdAt,
      one.lastSeenAt,
    ])
    const text = table(['SESSION', 'DEVICE', 'OPENED BY', 'SINCE', 'LAST SEEN'], rows)
    return { data: { user: user.username, sessions }, text }
  },
})

const end = command({
  name: 'end',
  does: 'sign a user out, everywhere or on one device',
  arguments: WHOSE,
  options: { session: { does: 'only that one, by its id', value: 'SESSION' } },
  examples: [
    'postern session end alice',
    'postern session end alice --session AAECAwQFBgcICQoLDA0ODw',
  ],
  async run(context, { username, session }) {
    const { db, journal } = await context.records()
    const user = await getUser(db, username)
    const ended = await journal.write(async (tx, append, now) => {
      const open = await listSessions(tx, user.id)
      const those = open.filter(({ id }) => session === undefined || id === session)
      for (const one of those) await endOnRecord(tx, append, now, one, context.actor)
      return those.map(({ id }) => id)
    })
    if (session !== undefined && ended.length === 0) {
      throw new PosternError('request/not-found', `${user.username} has no session ${session}.`)
    }
    const text = `${user.username} is signed out${session === undefined ? '' : ' there'}.\n`
    return { data: { user: user.username, ended }, text }
  },
})

export const sessionTopic: Topic = {
  name: 'session',
  does: 'where users are signed in',
  commands: [list, end],
}
