import type { Figure } from '../bench/emit.ts'
import { hire, type Worker } from '../bench/keys/company.ts'
import { load } from '../bench/keys/load.ts'
import { callOf, type Kind } from '../bench/keys/operations.ts'
import { Caller } from './caller.ts'
import type { Say } from './progress.ts'
import { openLocalSite } from './local-site.ts'

const CASE = 'one user floods with 100 calls at once, 20 others work (H12)'
const NORMAL = 20
const FLOOD = 100
const PER_SECOND = 40 // of all normal users: each opens two messages a second
const KIND: Kind = 'RSA-2048 unwrap'

/** On one server with SQLite and SoftHSM, over HTTP: the others' p99 without the flood and with it. */
export async function flood(seconds: number, say: Say): Promise<Figure[]> {
  const site = await openLocalSite()
  try {
    const [flooder, ...normal] = await hire(
      { ...site.records, hsm: site.hsm },
      site.origin,
      NORMAL + 1,
    )
    if (flooder === undefined) throw new TypeError('nobody floods')
    say(`  ${NORMAL} users alone for ${seconds} s`)
    const idle = await work(site.port, normal, seconds)
    say(`  and beside ${FLOOD} calls of one more`)
    const flooding = floodFrom(site.port, flooder)
    const beside = await work(site.port, normal, seconds)
    const { done, refused } = await flooding.stop()
    const figure = { case: CASE, unit: 'ms' }
    return [
      { ...figure, metric: 'p50 of the others, without', value: idle.p50 },
      { ...figure, metric: 'p99 of the others, without', value: idle.p99 },
      { ...figure, metric: 'p50 of the others, beside it', value: beside.p50 },
      { ...figure, metric: 'p99 of the others, beside it', value: beside.p99 },
      {
        ...figure,
        metric: 'p99 beside it : without',
        value: beside.p99 / idle.p99,
        unit: '×',
        bar: { most: 2 },
      },
      {
        ...figure,
        metric: 'answered to who floods',
        value: done / seconds,
        unit: '1/s',
        bar: { least: 1 },
      },
      { ...figure, metric: 'refused to who floods', value: refused / seconds, unit: '1/s' },
    ]
  } finally {
    await site.close()
  }
}

function work(port: number, people: readonly Worker[], seconds: number) {
  const callers = people.map(() => new Caller(port))
  return load(
    async (index) => {
      const { status } = await ask(callers[index], people[index])
      if (status !== 200) throw new Error(`a normal user was answered by ${status}`)
    },
    { clients: people.length, seconds, perSecond: PER_SECOND },
  )
}

function floodFrom(port: number, person: Worker) {
  const seen = { done: 0, refused: 0 }
  let over = false
  const client = async (): Promise<void> => {
    const caller = new Caller(port)
    while (!over) {
      const { status } = await ask(caller, person)
      if (status === 200) seen.done++
      else seen.refused++
    }
    caller.close()
  }
  const done = Promise.all(Array.from({ length: FLOOD }, client))
  return {
    async stop() {
      over = true
      await done
      return seen
    },
  }
}

function ask(caller: Caller | undefined, person: Worker | undefined) {
  if (caller === undefined || person === undefined) throw new TypeError('nobody asks')
  const { path, body } = callOf(KIND, person)
  return caller.post(path, person.cookie, body)
}
