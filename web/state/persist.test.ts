import { beforeEach, expect, test, vi } from 'vitest'
import { PosternError } from '#shared/errors.ts'
import { connection } from './connection.svelte.ts'
import { type Obstacle, persist } from './persist.ts'

beforeEach(() => {
  connection.reached()
})

const forever = () => new AbortController().signal

test('A server that is away is waited for, and the work is then done', async () => {
  const waits: (Obstacle | null)[] = []
  const attempt = vi
    .fn<() => Promise<string>>()
    .mockImplementationOnce(() => {
      connection.lost()
      return Promise.reject(new PosternError('network/offline', 'away'))
    })
    .mockResolvedValueOnce('done')
  const work = persist(attempt, { signal: forever(), onWait: (obstacle) => waits.push(obstacle) })
  await vi.waitFor(() => {
    expect(waits).toEqual(['offline'])
  })
  connection.reached()
  expect(await work).toBe('done')
  expect(waits).toEqual(['offline', null])
})

test('A refusal is not repeated', async () => {
  const attempt = vi.fn(() => Promise.reject(new PosternError('key/disabled', 'off')))
  await expect(persist(attempt, { signal: forever() })).rejects.toMatchObject({
    code: 'key/disabled',
  })
  expect(attempt).toHaveBeenCalledTimes(1)
})

test('Waiting ends when the user cancels', async () => {
  const stop = new AbortController()
  const attempt = () => {
    connection.lost()
    return Promise.reject(new PosternError('network/offline', 'away'))
  }
  const work = persist(attempt, {
    signal: stop.signal,
    onWait: () => {
      stop.abort()
    },
  })
  await expect(work).rejects.toMatchObject({ code: 'operation/cancelled' })
  connection.reached()
})
