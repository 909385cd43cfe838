import { setTimeout as sleep } from 'node:timers/promises'
import type { Figure } from '../bench/emit.ts'
import type { RawAnswer } from '../bench/keys/raw-client.ts'
import { signBody } from '../support/key-requests.ts'
import { Caller } from './caller.ts'
import { meanwhile } from './meanwhile.ts'
import type { Say } from './progress.ts'
import type { Replica } from './replica.ts'
import type { Site } from './site.ts'

const KILLED = 'token killed (H11)'
const STALLED = 'token stalled (H11)'
const DOWN_FOR = 8_000 // milliseconds that a killed token stays away
const ASK_EVERY = 100
const LONGEST_RETURN = 60_000
const LAG = 'nodejs_eventloop_lag_p99_seconds' // since somebody last asked for it

/** The token's process is killed, and comes back; then it stops for `stall` milliseconds, and goes on. */
export async function tokenAway(site: Site, stall: number, say: Say): Promise<Figure[]> {
  say(`  killed for ${DOWN_FOR / 1000} s`)
  const killed = await whileKilled(site)
  say(`  stalled for ${stall / 1000} s`)
  return [...killed, ...(await whileStalled(site, stall))]
}

async function whileKilled(site: Site): Promise<Figure[]> {
  site.token.kill()
  const others = meanwhile(site)
  const answers = await signFor(site, DOWN_FOR)
  await others.stop()
  const back = await returnOf(site, () => site.token.start())
  const unlike = answers.filter(
    ({ answer }) => answer?.status !== 503 || answer.retryAfter === null,
  )
  const figure = { case: KILLED, unit: '' }
  return [
    { ...figure, metric: 'signatures asked for', value: answers.length, bar: { least: 20 } },
    {
      ...figure,
      metric: 'not refused by 503 and Retry-After',
      value: unlike.length,
      bar: { most: 0 },
    },
    {
      ...figure,
      metric: 'slowest refusal',
      value: Math.max(...answers.map(({ ms }) => ms)),
      unit: 'ms',
      bar: { most: 2_000 },
    },
    ...others.figures(KILLED),
    {
      ...figure,
      metric: 'first signature after it is back',
      value: back,
      unit: 'ms',
      bar: { most: 5_000 },
    },
  ]
}

async function whileStalled(site: Site, stall: number): Promise<Figure[]> {
  const { replicas, token } = site
  for (const replica of replicas) await replica.metric(LAG) // counts from here
  token.stall()
  const others = meanwhile(site)
  const answers = await signFor(site, stall)
  await others.stop()
  const lags = await Promise.all(replicas.map((replica) => replica.metric(LAG)))
  const back = await returnOf(site, () => {
    token.goOn()
    return Promise.resolve()
  })
  const refused = answers.filter(({ answer }) => answer?.status === 503)
  const figure = { case: STALLED, unit: '' }
  return [
    { ...figure, metric: 'stalled for', value: stall / 1000, unit: 's' },
    { ...figure, metric: 'signatures refused', value: refused.length, bar: { least: 1 } },
    {
      ...figure,
      metric: "p99 of the event loop's lag, of the worse replica",
      value: Math.max(...lags) * 1000,
      unit: 'ms',
      bar: { most: 50 },
    },
    ...others.figures(STALLED),
    {
      ...figure,
      metric: 'first signature after it goes on',
      value: back,
      unit: 'ms',
      bar: { most: 5_000 },
    },
  ]
}

type Asked = { readonly answer: RawAnswer | null; readonly ms: number }

/** Asks both replicas for signatures so long, each call as it comes to it, without waiting for the last one. */
async function signFor({ replicas, people }: Site, ms: number): Promise<Asked[]> {
  const asked: Promise<Asked>[] = []
  for (const until = performance.now() + ms; performance.now() < until;) {
    for (const replica of replicas) asked.push(signOnce(replica, people[0]))
    await sleep(2 * ASK_EVERY)
  }
  return Promise.all(asked)
}

async function signOnce(
  { port }: Replica,
  person: Site['people'][number] | undefined,
): Promise<Asked> {
  if (person === undefined) throw new TypeError('nobody signs')
  const caller = new Caller(port)
  const since = performance.now()
  const answer = await caller
    .post(`/keys/${person.ecSign.id}/sign`, person.cookie, signBody())
    .catch(() => null)
  caller.close()
  return { answer, ms: performance.now() - since }
}

/** Brings the token back; the milliseconds from there until both replicas have signed. */
async function returnOf(
  { replicas, people }: Site,
  bringBack: () => Promise<void>,
): Promise<number> {
  await bringBack()
  const since = performance.now()
  const untilSigned = async (replica: Replica): Promise<number> => {
    while (performance.now() - since < LONGEST_RETURN) {
      const { answer } = await signOnce(replica, people[0])
      if (answer?.status === 200) return performance.now() - since
      await sleep(ASK_EVERY)
    }
    return Infinity
  }
  return Math.max(...(await Promise.all(replicas.map(untilSigned))))
}
