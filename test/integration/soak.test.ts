import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { findModule } from '../../softhsm/module.mjs'
import { hire, type Worker } from '#test/bench/keys/company.ts'
import { callOf, KINDS } from '#test/bench/keys/operations.ts'
import { treeMemory } from '#test/bench/process-tree.ts'
import { Caller } from '#test/faults/caller.ts'
import { type LocalSite, openLocalSite } from '#test/faults/local-site.ts'

// A server that works without a pause keeps its memory: server and worker together, over HTTP.

declare module 'vitest' {
  interface ProvidedContext {
    /** How long it works, in seconds: 600 in `npm run test:long`. */
    soak: number
  }
}

const SECONDS = inject('soak')
const FULL = 600
const SAMPLES = 60
const CLIENTS = 8
const MIB = 2 ** 20
const MOST_GROWTH = SECONDS === FULL ? 0.05 : 0.5 // in seconds it still makes its caches
const PATIENCE = 180_000

const here = findModule(process.env) !== null && process.platform === 'linux'
let site: LocalSite
let workers: Worker[]
beforeAll(async () => {
  if (!here) return
  site = await openLocalSite()
  workers = await hire({ ...site.records, hsm: site.hsm }, site.origin, 2)
}, PATIENCE)
afterAll(async () => {
  if (here) await site.close()
}, PATIENCE)

/** Asks without a pause, for each kind of operation in turn. @returns how to stop, which tells how many were done */
function work(): { stop(): Promise<number> } {
  let over = false
  let done = 0
  const client = async (index: number): Promise<void> => {
    const caller = new Caller(site.port)
    const worker = workers[index % workers.length]!
    for (let turn = index; !over; turn++) {
      const { path, body } = callOf(KINDS[turn % KINDS.length]!, worker)
      const answer = await caller.post(path, worker.cookie, body)
      if (answer.status !== 200) throw new Error(answer.body.toString())
      done++
    }
    caller.close()
  }
  const all = Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(index)))
  all.catch(() => undefined) // thrown by `stop`
  return {
    async stop() {
      over = true
      await all
      return done
    },
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

test.runIf(here)(
  `in ${SECONDS} seconds of work without a pause the memory does not grow`,
  { timeout: SECONDS * 1000 + PATIENCE },
  async () => {
    const working = work()
    const samples: number[] = []
    for (let sample = 0; sample < SAMPLES; sample++) {
      await sleep((SECONDS * 1000) / SAMPLES)
      samples.push(treeMemory(site.pid) / MIB)
    }
    const done = await working.stop()
    const third = SAMPLES / 3 // the first one warms up
    const [middle, last] = [mean(samples.slice(third, 2 * third)), mean(samples.slice(2 * third))]
    process.stdout.write(
      `${done} operations in ${SECONDS} s; memory ${middle.toFixed()} MiB, then ${last.toFixed()} MiB\n`,
    )
    expect(done).toBeGreaterThan(SECONDS)
    expect(middle).toBeGreaterThan(50)
    expect(last / middle - 1).toBeLessThan(MOST_GROWTH)
  },
)
