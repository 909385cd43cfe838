import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import type { Figure } from '../bench/emit.ts'
import type { Worker } from '../bench/keys/company.ts'
import { callOf } from '../bench/keys/operations.ts'
import { Caller } from './caller.ts'
import type { Say } from './progress.ts'
import type { Site } from './site.ts'

const CASE = 'key switched off while 50 operations a second run on two replicas (H9)'
const COMMAND = fileURLToPath(new URL('../../api/cli/postern.ts', import.meta.url))
const EVERY = 20 // milliseconds: 50 a second
const LINES = 4 // connections to each replica
const BEFORE = 1_500 // milliseconds of load before the key is switched off
const AFTER = 1_000
const runCommand = promisify(execFile)

/** In each round the key of another user is switched off by the `postern` command, a process of its own. */
export async function switchedOff(site: Site, rounds: number, say: Say): Promise<Figure[]> {
  const seen: Round[] = []
  for (let round = 1; round <= rounds; round++) {
    const person = site.people[round - 1]
    if (person === undefined) throw new TypeError('each round needs a key of its own')
    const one = await oneRound(site, person)
    seen.push(one)
    say(`  round ${round} of ${rounds}: ${one.released} released, then off, ${one.refused} refused`)
  }
  const total = (of: (one: Round) => number) => seen.reduce((sum, one) => sum + of(one), 0)
  const slowest = Math.min(...seen.map(({ perSecond }) => perSecond))
  const released = total((one) => one.released)
  const figure = { case: CASE, unit: '' }
  return [
    { ...figure, metric: 'rounds', value: rounds },
    {
      ...figure,
      metric: 'asked in the slowest round',
      value: slowest,
      unit: '1/s',
      bar: { least: 45 },
    },
    { ...figure, metric: 'released', value: released, bar: { least: rounds } },
    {
      ...figure,
      metric: 'recorded before the switch',
      value: total((one) => one.before),
      bar: { least: released },
    },
    {
      ...figure,
      metric: 'recorded as released after the switch',
      value: total((one) => one.after),
      bar: { most: 0 },
    },
    {
      ...figure,
      metric: 'released to calls after the switch',
      value: total((one) => one.late),
      bar: { most: 0 },
    },
  ]
}

type Round = {
  /** What clients received: all, and of what they asked for after the switch. */
  readonly released: number
  readonly refused: number
  readonly late: number
  readonly perSecond: number
  /** What the audit says. */
  readonly before: number
  readonly after: number
}

async function oneRound(site: Site, person: Worker): Promise<Round> {
  const { replicas, env } = site
  const { id } = person.rsaEncrypt
  const callers = replicas.flatMap(({ port }) =>
    Array.from({ length: LINES }, () => new Caller(port)),
  )
  const seen = { released: 0, refused: 0, late: 0 }
  let isOff = false
  const ask = async (caller: Caller): Promise<void> => {
    const askedAfter = isOff
    const { path, body } = callOf('RSA-2048 unwrap', person)
    const { status } = await caller.post(path, person.cookie, body)
    if (status === 200) {
      seen.released++
      if (askedAfter) seen.late++
    } else if (status === 403) seen.refused++
    else throw new Error(`an unwrap was answered by ${status}`)
  }
  const load = steadily(callers, ask)
  await sleep(BEFORE)
  await runCommand(process.execPath, [COMMAND, 'key', 'switch-off', id], { env: { ...env } })
  isOff = true
  await sleep(AFTER)
  const perSecond = await load.stop()
  for (const caller of callers) caller.close()
  return { ...seen, perSecond, ...(await recorded(site, id)) }
}

/** Asks in turn, each 20 ms, whether or not the answers before have come; a connection has one call at a time. */
function steadily(callers: readonly Caller[], ask: (caller: Caller) => Promise<void>) {
  const since = performance.now()
  let over = false
  let asked = 0
  const client = async (caller: Caller, index: number): Promise<void> => {
    for (let due = since + index * EVERY; !over; due += callers.length * EVERY) {
      await sleep(Math.max(0, due - performance.now()))
      asked++
      await ask(caller)
    }
  }
  const done = Promise.all(interleaved(callers).map(client))
  done.catch(() => undefined) // thrown by `stop`
  return {
    async stop(): Promise<number> {
      over = true
      const seconds = (performance.now() - since) / 1000
      await done
      return asked / seconds
    },
  }
}

/** One of the first half, one of the second, and so on: calls go to both replicas by turns. */
function interleaved<T>(all: readonly T[]): T[] {
  const half = all.length / 2
  return all
    .slice(0, half)
    .flatMap((one, index) => [one, ...all.slice(half + index, half + index + 1)])
}

/**
 * Results that were released, by the order of commits: before the switch, and after it. Transactions that write take
 * their turn at one lock, so the number that PostgreSQL gave to each is that order.
 */
async function recorded(
  { records }: Site,
  key: string,
): Promise<{ before: number; after: number }> {
  const { rows } = await sql<{ before: string; after: string }>`
    select count(*) filter (where entry.xmin::text::bigint < switched.number) as before,
      count(*) filter (where entry.xmin::text::bigint > switched.number) as after
    from audit_entries as entry,
      (select xmin::text::bigint as number from audit_entries
        where key_id = ${key} and action = 'key-switched-off') as switched
    where entry.key_id = ${key} and entry.action = 'unwrap' and entry.phase = 'result'
      and entry.outcome = 'done'`.execute(records.db)
  return { before: Number(rows[0]?.before ?? NaN), after: Number(rows[0]?.after ?? NaN) }
}
