import { expect, test } from 'vitest'
import { PosternError } from '#shared/errors.ts'
import { Gate } from './gate.ts'

const refuse = () => new PosternError('hsm/unavailable', 'Full.', { retryAfter: 1 })

/** Work that ends when it is told to. */
function job() {
  const { promise, resolve } = Promise.withResolvers<string>()
  let started = false
  const run = () => {
    started = true
    return promise
  }
  return { run, end: () => resolve('done'), isStarted: () => started }
}

test('so many run; the others wait for their turn, in order', async () => {
  const gate = new Gate({ running: 2, waiting: 10, patience: 1000, refuse })
  const jobs = [job(), job(), job(), job()]
  const results = jobs.map(({ run }) => gate.run(run))
  await Promise.resolve()
  expect(jobs.map((each) => each.isStarted())).toEqual([true, true, false, false])
  jobs[1]!.end()
  await results[1]
  await Promise.resolve()
  expect(jobs.map((each) => each.isStarted())).toEqual([true, true, true, false])
  for (const each of jobs) each.end()
  expect(await Promise.all(results)).toEqual(['done', 'done', 'done', 'done'])
})

test('work that fails gives its place to the next', async () => {
  const gate = new Gate({ running: 1, waiting: 1, patience: 1000, refuse })
  const failing = gate.run(() => Promise.reject(new Error('failed')))
  const next = gate.run(() => Promise.resolve('done'))
  await expect(failing).rejects.toThrow('failed')
  expect(await next).toBe('done')
})

test('a full queue and a wait too long are refused with a time to come back', async () => {
  const gate = new Gate({ running: 1, waiting: 1, patience: 20, refuse })
  const first = job()
  const running = gate.run(first.run)
  const waiting = gate.run(() => Promise.resolve('done'))
  await expect(gate.run(() => Promise.resolve('done'))).rejects.toMatchObject({
    code: 'hsm/unavailable',
    retryAfter: 1,
  })
  await expect(waiting).rejects.toMatchObject({ code: 'hsm/unavailable', retryAfter: 1 })
  first.end()
  expect(await running).toBe('done')
  expect(await gate.run(() => Promise.resolve('again'))).toBe('again')
})

test('idle comes when the last has left', async () => {
  const gate = new Gate({ running: 1, waiting: 5, patience: 1000, refuse })
  await gate.idle()
  const jobs = [job(), job()]
  const results = jobs.map(({ run }) => gate.run(run))
  let isIdle = false
  const idle = gate.idle().then(() => (isIdle = true))
  jobs[0]!.end()
  await results[0]
  expect(isIdle).toBe(false)
  jobs[1]!.end()
  await idle
  expect(isIdle).toBe(true)
})
