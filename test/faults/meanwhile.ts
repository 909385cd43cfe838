import { setTimeout as sleep } from 'node:timers/promises'
import type { Figure } from '../bench/emit.ts'
import { clientAt, signInWith } from './passkey.ts'
import type { Site } from './site.ts'

const EVERY = 1_000 // milliseconds; a password costs a processor some hundred

type Tally = { done: number; failed: number; slowest: number }

/**
 * What must go on while the token is away, at one replica after the other: sign-in with password and passkey, an open
 * session, its mail. (A one-time code cannot be checked then: its seed is sealed by the token.)
 */
export function meanwhile({ replicas, people: [, person], passkey }: Site) {
  if (person === undefined) throw new TypeError('nobody reads')
  const tallies = {
    'sign-in with a passkey': tally(),
    'session goes on': tally(),
    'mail listed': tally(),
  }
  let over = false
  const run = async (): Promise<void> => {
    while (!over) {
      for (const { origin } of replicas) {
        await timed(tallies['sign-in with a passkey'], () => signInWith(passkey, origin, person))
        const signedIn = clientAt(origin, person.cookie)
        await timed(tallies['session goes on'], () => signedIn.get('/session'))
        await timed(tallies['mail listed'], () => signedIn.get('/mail/folders/inbox/messages'))
      }
      await sleep(EVERY)
    }
  }
  const done = run()
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

async function timed(into: Tally, call: () => Promise<Response>): Promise<void> {
  const since = performance.now()
  const answer = await call().catch(() => null)
  if (answer?.ok === true) into.done++
  else into.failed++
  into.slowest = Math.max(into.slowest, performance.now() - since)
}
