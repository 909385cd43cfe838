import { askToSwitchOn } from '../../keys/changes/ask.ts'
import { byOperator } from '../../keys/lifecycle/by.ts'
import { retireKey } from '../../keys/lifecycle/retire-key.ts'
import { switchOff } from '../../keys/lifecycle/switch-key.ts'
import { listKeys } from '../../storage/keys.ts'
import { listUsers } from '../../storage/users.ts'
import { askedResult } from '../change-words.ts'
import { command, type Topic } from '../command.ts'
import { table } from '../table.ts'
import { certificate } from './key-certificate.ts'
import { create } from './key-create.ts'
import { importFile } from './key-import.ts'
import { request } from './key-request.ts'
import { history } from './key-history.ts'
import { getUser } from './get-user.ts'

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
  async run(context, { key }) {
    const changed = await switchOff(await context.records(), key, context.actor)
    const text = changed
      ? `Key ${key} is switched off. No operation with it is released any more.\n`
      : `Key ${key} was off already.\n`
    return { data: { key, to: 'off', changed }, text }
  },
})

const on = command({
  name: 'switch-on',
  does: 'ask for them to be allowed again, which takes two administrators',
  notes:
    'Where there is a single administrator, it acts by itself after a time, and can be withdrawn until then.',
  arguments: KEY,
  examples: ['postern key switch-on AAECAwQFBgcICQoLDA0ODw'],
  async run(context, { key }) {
    const { db, journal } = await context.records()
    const by = byOperator(context.actor)
    const waiting = await journal.write((tx, append, now) =>
      askToSwitchOn(tx, append, now, key, by),
    )
    return askedResult(db, waiting, { key, to: 'on' }, `Key ${key} was on already.\n`)
  },
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

export const keyTopic: Topic = {
  name: 'key',
  does: "users' keys, which lie in the token",
  commands: [list, create, request, certificate, importFile, off, on, retire, history],
}
