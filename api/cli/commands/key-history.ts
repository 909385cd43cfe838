import { readKeyHistory } from '../../keys/lifecycle/key-history.ts'
import { findKey, listKeys } from '../../storage/keys.ts'
import type { Db } from '../../storage/schema.ts'
import { findUserByName } from '../../storage/users.ts'
import { command } from '../command.ts'
import { table } from '../table.ts'
import { PosternError } from '#shared/errors.ts'

export const history = command({
  name: 'history',
  does: "what happened to a key, or to a user's keys, and who did it",
  notes: 'From the audit; how keys are used is there too: postern audit export.',
  arguments: { whose: { does: "a key's id, or a username" } },
  examples: ['postern key history AAECAwQFBgcICQoLDA0ODw', 'postern key history alice --json'],
  async run(context, { whose }) {
    const { db } = await context.records()
    const events = await readKeyHistory(db, await keysOf(db, whose))
    const rows = events.map(({ at, key, what, outcome, code, by }) => {
      return [at, key, what, code === null ? outcome : `${outcome}: ${code}`, by ?? '-']
    })
    return { data: { events }, text: table(['AT', 'KEY', 'WHAT', 'OUTCOME', 'BY'], rows) }
  },
})

/** A username has fewer letters than an id, or others. */
async function keysOf(db: Db, whose: string): Promise<string[]> {
  if ((await findKey(db, whose)) !== null) return [whose]
  const user = await findUserByName(db, whose.toLowerCase())
  if (user === null) {
    throw new PosternError('request/not-found', `There is no key and no user ${whose}.`)
  }
  return (await listKeys(db, user.id)).map(({ id }) => id)
}
