import { setTimeout as sleep } from 'node:timers/promises'
import type { Figure } from '../bench/emit.ts'
import { KeyClient } from '../support/key-client.ts'
import type { Replica } from './replica.ts'
import type { Site } from './site.ts'

const EVERY = 1_000 // milliseconds; a password costs a processor some hundred

type Tally = { done: number; failed: number; slowest: number }

/** What must go on while the token is away: sign-in with a password, an open session, its mail; at both replicas. */
export function meanwhile({ replicas, people }: Site) {
  const person = people[1]
  if (person === undefined) throw new TypeError('nobody reads')
  const tallies = {
    'password accepted': tally(),
    'session goes on': tally(),
    'mail listed': tally(),
  }
  let over = false
  const at = async (replica: Replica): Promise<void> => {
    while (!over) {
      const { username, password } = person.login
      await timed(tallies['password accepted'], () =>
        clientOf(replica, null).post('/session/password', { username, password }),
      )
      const signedIn = clientOf(replica, person.cookie)
      await timed(tallies['session goes on'], () => signedIn.get('/session'))
      await timed(tallies['mail listed'], () => signedIn.get('/mail/folders/inbox/messages'))
      await sleep(EVERY)
    }
  }
  const done = Promise.all(replicas.map(at))
  return {
    async stop(): Promise<void> {
      over = true
      await done
    },
    figures: (name: string): Figure[] =>
      Object.entries(tallies).flatMap(([what, { done: count, failed, slowest }]) => [
        { case: name, metric: what, value: count, unit: '', bar: { least: 1 } },
        { case: name, metric: `${what}: failed`, value: failed, unit: '', bar: { most: 0 } },
        { case: name, metric: `${what}: slowest`, value: slowest, unit: 'ms' },
      ]),
  }
}

function tally(): Tally {
  return { done: 0, failed: 0, slowest: 0 }
}

function clientOf({ origin }: Replica, cookie: string | null): KeyClient {
  const client = new KeyClient({ request: (path, init) => fetch(`${origin}${path}`, init) })
  client.cookie = cookie
  return client
}

async function timed(into: Tally, call: () => Promise<Response>): Promise<void> {
  const since = performance.now()
  const answer = await call().catch(() => null)
  if (answer?.ok === true) into.done++
  else into.failed++
  into.slowest = Math.max(into.slowest, performance.now() - since)
}
