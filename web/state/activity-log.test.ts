import { afterEach, expect, test, vi } from 'vitest'
import { ActivityLog } from './activity-log.svelte.ts'

const entry = { at: '2026-01-01T00:00:00Z', what: 'unwrap', outcome: 'done' }
const older = 'o'.repeat(22)

function answer(device: string, next: string | null): Response {
  return Response.json({ activity: [{ ...entry, code: null, key: null, device }], next })
}

afterEach(() => vi.unstubAllGlobals())

test('The log grows page by page until there is nothing older', async () => {
  const asked: string[] = []
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url)
    return Promise.resolve(asked.length === 1 ? answer('phone', older) : answer('laptop', null))
  })
  const log = new ActivityLog()
  const { signal } = new AbortController()
  expect(log.hasOlder).toBe(false)
  await log.readMore(signal)
  expect(log.hasOlder).toBe(true)
  await log.readMore(signal)
  expect(log.entries.map(({ device }) => device)).toEqual(['phone', 'laptop'])
  expect(log.hasOlder).toBe(false)
  expect(asked[1]).toContain(`/activity?before=${older}`)
})
