import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { PROBLEM_STATUS, problemSchema } from '#shared/contract/problem.ts'
import { type ErrorCode, PosternError, type WireCode } from '#shared/errors.ts'
import { notFoundProblem, onProblem, problemResponse, type ProblemLog } from './problem.ts'
import { randomId } from './random-id.ts'

test.each(Object.entries(PROBLEM_STATUS).filter(([code]) => code !== 'internal'))(
  '%s becomes a problem with status %i that says what the error says',
  async (code, status) => {
    const error = new PosternError(code as WireCode, 'A sentence.', { cause: 'private' })
    const answer = problemResponse(error, 'trace')
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    const problem = problemSchema.parse(await answer.json())
    expect(problem).toMatchObject({ code, status, detail: 'A sentence.', traceId: 'trace' })
  },
)

test.each([
  ['an unknown error', new Error('secret 4711')],
  ['what is no error', 'secret 4711'],
  ['an internal error', new PosternError('internal', 'secret 4711')],
  ['an error that is no business of clients', new PosternError('token/wrong-pin', 'secret 4711')],
])('%s says nothing but internal', async (_what, error) => {
  const text = await problemResponse(error, 'trace').text()
  expect(problemSchema.parse(JSON.parse(text))).toMatchObject({ code: 'internal', status: 500 })
  expect(text).not.toContain('4711')
})

test('the time to wait is in the body and in the header, in whole seconds', async () => {
  const error = new PosternError('hsm/unavailable', 'Away.', { retryAfter: 1.2 })
  const answer = problemResponse(error, 'trace')
  expect(answer.headers.get('retry-after')).toBe('2')
  expect(await answer.json()).toMatchObject({ retryAfter: 2 })
})

test('the log hears of failures under the trace id that the caller sees, and not of refusals', async () => {
  const reports: Parameters<ProblemLog>[0][] = []
  const app = new Hono()
  app.onError(onProblem((report) => reports.push(report)))
  app.notFound(notFoundProblem)
  app.get('/:code{.+}', (c) => {
    throw new PosternError(c.req.param('code') as ErrorCode, 'x')
  })
  const failed = problemSchema.parse(await (await app.request('/audit/unavailable')).json())
  await app.request('/session/required')
  expect(reports).toMatchObject([{ traceId: failed.traceId, code: 'audit/unavailable' }])
  const traceId = randomId()
  const traced = await app.request('/internal', { headers: { 'x-trace-id': traceId } })
  expect(await traced.json()).toMatchObject({ traceId })
  const absent = await app.request('/x', { method: 'POST', headers: { 'x-trace-id': 'short' } })
  const problem = problemSchema.parse(await absent.json())
  expect(problem.code).toBe('request/not-found')
  expect(problem.traceId).not.toBe('short')
})
