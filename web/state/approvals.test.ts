import { afterEach, expect, test, vi } from 'vitest'
import { PosternError } from '#shared/errors.ts'
import { approvals, type ToApprove } from './approvals.svelte.ts'

const needs = { mode: 'each-use', minutes: 5, uses: 1 } as const
const of: ToApprove = { operation: 'sign', keyId: 'k', digest: new Uint8Array(32) }
const proof = { kind: 'totp', code: '123456' } as const
const forever = () => new AbortController().signal

function missing(code: 'approval/required' | 'approval/spent' = 'approval/required') {
  return new PosternError(code, 'Please confirm.', { needs })
}

/** A server that gives an approval for each code, and what it was asked. */
function server(): unknown[] {
  const asked: unknown[] = []
  vi.stubGlobal('fetch', (_path: string, { body }: { body: string }) => {
    asked.push(JSON.parse(body))
    const approval = String(asked.length).repeat(43)
    return Promise.resolve(
      Response.json({ approval, expiresAt: '2025-03-01T09:00:00.000Z', usesLeft: 1 }),
    )
  })
  return asked
}

async function question() {
  await vi.waitFor(() => {
    expect(approvals.question).not.toBeNull()
  })
  if (approvals.question === null) throw new TypeError('nothing is asked')
  return approvals.question
}

afterEach(() => {
  vi.unstubAllGlobals()
})

test('What needs no confirmation is done without a question', async () => {
  expect(await approvals.approved(of, forever(), () => Promise.resolve('done'))).toBe('done')
  expect(approvals.question).toBeNull()
})

test('What was refused for want of one is asked about, and done again with the approval', async () => {
  const asked = server()
  const attempt = vi
    .fn<(approval: string | undefined) => Promise<string>>()
    .mockRejectedValueOnce(missing())
    .mockRejectedValueOnce(missing('approval/spent'))
    .mockResolvedValueOnce('done')
  const work = approvals.approved(of, forever(), attempt)
  await (await question()).confirm(proof)
  await vi.waitFor(() => {
    expect(attempt).toHaveBeenCalledTimes(2)
  })
  await (await question()).confirm(proof)
  expect(await work).toBe('done')
  const given = attempt.mock.calls.map(([approval]) => approval?.[0])
  expect(given).toEqual([undefined, '1', '2'])
  expect(asked[0]).toEqual({ operation: 'sign', key: 'k', digests: ['A'.repeat(43)], proof })
  expect(approvals.question).toBeNull()
})

test('Who does not confirm, or stops the work, is asked no more', async () => {
  const attempt = () => Promise.reject(missing())
  const declined = approvals.approved(of, forever(), attempt)
  ;(await question()).cancel()
  await expect(declined).rejects.toMatchObject({ code: 'operation/cancelled' })
  const stop = new AbortController()
  const stopped = approvals.approved(of, stop.signal, attempt)
  await question()
  stop.abort()
  await expect(stopped).rejects.toMatchObject({ code: 'operation/cancelled' })
  expect(approvals.question).toBeNull()
})

test('Two things are asked about one after the other', async () => {
  server()
  const work = ['unwrap', 'sign'].map((operation) => {
    const attempt = vi
      .fn<() => Promise<string>>()
      .mockRejectedValueOnce(missing())
      .mockResolvedValueOnce(operation)
    return approvals.approved({ ...of, operation } as ToApprove, forever(), attempt)
  })
  const first = await question()
  expect(first.operation).toBe('unwrap')
  await first.confirm(proof)
  await work[0]
  const second = await question()
  expect(second.operation).toBe('sign')
  await second.confirm(proof)
  expect(await Promise.all(work)).toEqual(['unwrap', 'sign'])
})
