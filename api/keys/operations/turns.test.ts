import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { Gate } from '../../gate.ts'
import { RUNNING } from '../../hsm/supervisor.ts'
import { type TurnLimits, Turns, USUAL_TURNS } from './turns.ts'

afterEach(() => void vi.useRealTimers())

const SMALL: TurnLimits = {
  admitted: 30,
  admittedOfOne: 12,
  underWayOfOne: 4,
  running: 3,
  runningOfOne: 2,
  patience: 60_000,
}

type Held = { readonly user: string; readonly number: number; end(): void }

/** A token that holds each operation until it is told to end it. */
function heldToken(turns: Turns) {
  const held: Held[] = []
  const started: { user: string; number: number }[] = []
  const waiting: { user: string; number: number }[] = []
  let number = 0
  const refused: unknown[] = []
  return {
    held,
    started,
    waiting,
    refused,
    ask(user: string): Promise<unknown> {
      const own = { user, number: number++ }
      waiting.push(own)
      const waitsNoMore = () => waiting.splice(waiting.indexOf(own), 1)
      const operation = turns.admit(user, (turn) =>
        turn(async () => {
          waitsNoMore()
          started.push(own)
          await new Promise<void>((resolve) => held.push({ ...own, end: resolve }))
        }),
      )
      return operation.catch((error: unknown) => {
        waitsNoMore()
        refused.push(error)
      })
    },
  }
}

const settle = async () => {
  for (let step = 0; step < 12; step++) await Promise.resolve()
}

const step = fc.oneof(
  fc.record({ ask: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
  fc.record({ end: fc.nat() }),
)

test('whatever is asked and ends: bounds hold, no place stays free, each user is served in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
      const turns = new Turns(SMALL)
      const token = heldToken(turns)
      const all: Promise<unknown>[] = []
      for (const each of steps) {
        if ('ask' in each) all.push(token.ask(each.ask))
        else token.held.splice(each.end % Math.max(1, token.held.length), 1)[0]?.end()
        await settle()
        checkBounds(token, turns)
      }
      while (token.held.length > 0) {
        token.held.shift()?.end()
        await settle()
      }
      await Promise.all(all) // nobody is left waiting
      for (const user of 'abcde') {
        const order = token.started.filter((one) => one.user === user).map((one) => one.number)
        expect(order).toEqual(order.toSorted((a, b) => a - b))
      }
      expect(token.started.length + token.refused.length).toBe(all.length)
    }),
    { numRuns: 200 },
  )
})

function checkBounds({ held, waiting, refused }: ReturnType<typeof heldToken>, turns: Turns): void {
  const runningOf = (user: string) => held.filter((one) => one.user === user).length
  expect(turns.waiting).toBe(waiting.length)
  expect(held.length).toBeLessThanOrEqual(SMALL.running)
  expect(held.length + waiting.length).toBeLessThanOrEqual(SMALL.admitted)
  for (const user of 'abcde') {
    const own = runningOf(user) + waiting.filter((one) => one.user === user).length
    expect(runningOf(user)).toBeLessThanOrEqual(SMALL.runningOfOne)
    expect(own).toBeLessThanOrEqual(SMALL.admittedOfOne)
  }
  const couldRun = waiting.some(({ user }) => runningOf(user) < SMALL.runningOfOne)
  if (couldRun) expect(held.length).toBe(SMALL.running)
  for (const error of refused) expect(error).toMatchObject({ code: 'service/busy', retryAfter: 1 })
}

test('between two turns of one user, everybody who waits has one', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 28 }),
      async (who) => {
        const turns = new Turns({ ...SMALL, admittedOfOne: 30, running: 1, runningOfOne: 1 })
        const token = heldToken(turns)
        const all = who.map((user) => token.ask(user))
        const users = new Set(who).size
        const since = new Map<string, number>()
        for (let turn = 0; turn < who.length; turn++) {
          await settle()
          const served = token.held.shift()
          expect(served).toBeDefined()
          const user = served?.user ?? ''
          const waitedTurns = turn - (since.get(user) ?? -1)
          expect(waitedTurns).toBeLessThanOrEqual(users + 1)
          since.set(user, turn)
          served?.end()
        }
        await Promise.all(all)
      },
    ),
  )
})

test('an operation whose turn does not come in time is refused, and leaves the queue', async () => {
  vi.useFakeTimers()
  const turns = new Turns({ ...SMALL, running: 1, patience: 1000 })
  const token = heldToken(turns)
  const all = [token.ask('a'), token.ask('b')]
  await vi.advanceTimersByTimeAsync(1000)
  expect(token.refused).toMatchObject([{ code: 'service/busy', retryAfter: 1 }])
  expect(turns.waiting).toBe(0)
  all.push(token.ask('b'))
  token.held[0]?.end()
  await vi.advanceTimersByTimeAsync(0)
  token.held[1]?.end()
  await Promise.all(all)
  expect(token.started.map(({ user }) => user)).toEqual(['a', 'b'])
})

test('of one user so many are decided at a time, and the others in the order they came', async () => {
  const turns = new Turns({ ...SMALL, runningOfOne: 1 })
  const decided: string[] = []
  const ends: (() => void)[] = []
  const ask = (name: string) =>
    turns.admit('a', (turn) => {
      decided.push(name)
      return turn(() => new Promise<void>((resolve) => ends.push(resolve)))
    })
  const all = ['1', '2', '3', '4', '5', '6'].map(ask)
  await settle()
  expect(decided).toEqual(['1', '2', '3', '4'])
  expect(turns.waiting).toBe(5)
  ends.shift()?.()
  await settle()
  expect(decided).toEqual(['1', '2', '3', '4', '5'])
  for (let left = 5; left > 0; left--) {
    ends.shift()?.()
    await settle()
  }
  await Promise.all(all)
  expect(decided).toEqual(['1', '2', '3', '4', '5', '6'])
})

test('users never take every place at the token: sign-in and administration find some', () => {
  expect(RUNNING - USUAL_TURNS.running).toBeGreaterThanOrEqual(4)
})

test('an act that fails gives its place to the next', async () => {
  const turns = new Turns({ ...SMALL, running: 1 })
  const failing = turns.admit('a', (turn) => turn(() => Promise.reject(new Error('failed'))))
  const next = turns.admit('b', (turn) => turn(() => Promise.resolve('done')))
  await expect(failing).rejects.toThrow('failed')
  expect(await next).toBe('done')
})

/** A token of four sessions that needs so many milliseconds for each operation, first come first served. */
const OPERATION_MS = 10
function simulatedToken(): () => Promise<void> {
  const refuse = () => new Error('the supervisor has a longer queue than this test')
  const sessions = new Gate({ running: 4, waiting: 10_000, patience: 1e9, refuse })
  return () => sessions.run(() => new Promise<void>((resolve) => setTimeout(resolve, OPERATION_MS)))
}

type Ask = (user: string) => Promise<unknown>

/** The 99th percentile of what twenty users wait who ask every 110 ms or so, beside so many parallel calls of another. */
async function p99(ask: Ask, flood: number): Promise<number> {
  vi.useFakeTimers({ now: 0 })
  const state = { over: false }
  const waits: number[] = []
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  const flooding = Array.from({ length: flood }, async () => {
    while (!state.over) await ask('mallory')
  })
  const normal = Array.from({ length: 20 }, async (_each, index) => {
    await pause(100 + index * 7)
    for (let count = 0; count < 50; count++) {
      const since = Date.now()
      await ask(`user-${index}`)
      waits.push(Date.now() - since)
      await pause(90 + ((index * 13 + count * 29) % 41))
    }
  })
  void Promise.all(normal).then(() => (state.over = true))
  while (!state.over) await vi.advanceTimersByTimeAsync(OPERATION_MS)
  await vi.advanceTimersByTimeAsync(60 * OPERATION_MS)
  await Promise.all(flooding)
  return waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? NaN
}

test('twenty users beside one who floods wait at most twice as long as without; in one queue they would not', async () => {
  const fair = () => {
    const token = simulatedToken()
    const turns = new Turns(USUAL_TURNS)
    return (user: string) => turns.admit(user, (turn) => turn(token))
  }
  const inOneQueue = () => simulatedToken()
  const idle = await p99(fair(), 0)
  expect(await p99(fair(), 100)).toBeLessThanOrEqual(2 * idle)
  expect(await p99(inOneQueue(), 100)).toBeGreaterThan(10 * idle)
})
