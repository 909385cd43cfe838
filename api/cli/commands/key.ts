import { retireKey } from '../../keys/lifecycle/retire-key.ts'
import { switchOff, switchOn } from '../../keys/lifecycle/switch-key.ts'
import { listKeys } from '../../storage/keys.ts'
import { listUsers } from '../../storage/users.ts'
import { command, type Topic } from '../command.ts'
import type { Context } from '../context.ts'
import { table } from '../table.ts'
import { certificate } from './key-certificate.ts'
import { create } from './key-create.ts'
import { importFile } from './key-import.ts'
import { request } from './key-request.ts'
import { getUser } from './user.ts'

const KEY = { key: { does: "the key's id, as `postern key list` shows it" } } as const

const list = command({
  name: 'list',
  does: 'keys, of everybody or of one user',
  arguments: { username: { does: 'whose', optional: true } },
  examples: ['postern key list', 'postern key list alice'],
  async run(context, { username }) {
    const { db } = await context.records()
    const users = username === undefined ? await listUsers(db) : [await getUser(db, username)]
    const owned = await Promise.all(
      users.map(async (user) =>
        (await listKeys(db, user.id)).map(({ id, purpose, algorithm, status, createdAt }) => {
          return { key: id, user: user.username, purpose, algorithm, status, createdAt }
        }),
      ),
    )
    const keys = owned.flat()
    const titles = ['KEY', 'USER', 'PURPOSE', 'ALGORITHM', 'STATUS', 'MADE']
    const text = table(titles, keys.map(Object.values<string>))
    return { data: { keys }, text }
  },
})

const off = command({
  name: 'switch-off',
  does: 'refuse every operation with a key, at once and everywhere',
  arguments: KEY,
  examples: ['postern key switch-off AAECAwQFBgcICQoLDA0ODw'],
  run: (context, { key }) => turn(context, key, 'off'),
})

const on = command({
  name: 'switch-on',
  does: 'allow them again',
  arguments: KEY,
  examples: ['postern key switch-on AAECAwQFBgcICQoLDA0ODw'],
  run: (context, { key }) => turn(context, key, 'on'),
})

const retire = command({
  name: 'retire',
  does: 'sign and encrypt nothing new with a key, for good; it still opens old mail',
  arguments: KEY,
  examples: ['postern key retire AAECAwQFBgcICQoLDA0ODw'],
  async run(context, { key }) {
    const changed = await retireKey(await context.records(), key, context.actor)
    const text = changed ? `Key ${key} is retired.\n` : `Key ${key} was retired already.\n`
    return { data: { key, changed }, text }
  },
})

async function turn(context: Context, key: string, to: 'on' | 'off') {
  const change = to === 'on' ? switchOn : switchOff
  const changed = await change(await context.records(), key, context.actor)
  const effect =
    to === 'off' ? 'No operation with it is released any more.' : 'It can be used again.'
  const text = changed
    ? `Key ${key} is switched ${to}. ${effect}\n`
    : `Key ${key} was ${to} already.\n`
  return { data: { key, to, changed }, text }
}

export const keyTopic: Topic = {
  name: 'key',
  does: "users' keys, which lie in the token",
  commands: [list, create, request, certificate, importFile, off, on, retire],
}
