import { Hono } from 'hono'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { PosternError } from '#shared/errors.ts'
import { KeyClient, problemOf } from '#test/support/key-client.ts'
import { type KeyCompany, openCompany, type Person } from '#test/support/key-company.ts'
import { onProblem } from '../../problem.ts'
import { readJson } from '../../read-request.ts'
import { type CallerEnv, signedIn } from '../auth/caller.ts'
import { onceInSession, onceOnly } from './once.ts'

let company: KeyCompany
let alice: Person
beforeAll(async () => {
  company = await openCompany()
  alice = await company.hire('alice')
})
afterAll(() => company.records.db.destroy())

/** Calls that count how often they are done, on a service of the company. */
function counting() {
  const { deps } = company
  const done: string[] = []
  const app = new Hono<CallerEnv>()
  const gate = { open: Promise.resolve() }
  let barred = false
  app.onError(onProblem(deps.log))
  app.use(signedIn(deps))
  const act = async (what: string, text: string) => {
    await gate.open
    if (text === 'refused') throw new PosternError('policy/denied', 'No.')
    done.push(what)
  }
  const body = z.object({ text: z.string() })
  app.post('/api/v1/told', onceOnly(deps, 'told'), async (c) => {
    await act('told', (await readJson(c, body)).text)
    return c.json({ number: done.length }, 201)
  })
  app.post('/api/v1/secret', onceOnly(deps, 'secret'), async (c) => {
    await act('secret', (await readJson(c, body)).text)
    return c.json({ seed: 'a canary seed' }, 201)
  })
  app.delete('/api/v1/nothing', onceOnly(deps, 'secret'), async (c) => {
    await act('nothing', '')
    return c.body(null, 204)
  })
  const recheck = () =>
    barred ? Promise.reject(new PosternError('key/disabled', 'Off.')) : Promise.resolve()
  app.post('/api/v1/operation', onceInSession(deps, recheck), async (c) => {
    await act('operation', (await readJson(c, body)).text)
    return c.json({ number: done.length })
  })
  return { app, done, gate, bar: () => (barred = true) }
}

async function clientOf(app: Hono<CallerEnv>): Promise<KeyClient> {
  const client = new KeyClient(app)
  client.cookie = (await company.signedIn(alice)).cookie
  return client
}

function ask(client: KeyClient, path: string, key: string, text = 'hello') {
  return client.send('POST', path, JSON.stringify({ text }), { 'Idempotency-Key': key })
}

async function namesKept(): Promise<string[]> {
  const rows = await company.records.db
    .selectFrom('repeats')
    .select('name')
    .orderBy('name')
    .execute()
  return rows.map(({ name }) => name)
}

test.each([
  ['/told', 201],
  ['/operation', 200],
])('%s is done once, and told twice', async (path, status) => {
  const { app, done } = counting()
  const client = await clientOf(app)
  const answers = [await ask(client, path, `once${path}`), await ask(client, path, `once${path}`)]
  expect(answers.map((answer) => answer.status)).toEqual([status, status])
  expect(await answers[1]?.json()).toEqual({ number: 1 })
  expect(done).toHaveLength(1)
})

test.each(['/told', '/operation'])('%s asked fifty times at once is done once', async (path) => {
  const { app, done, gate } = counting()
  const client = await clientOf(app)
  const { promise, resolve } = Promise.withResolvers<undefined>()
  gate.open = promise
  const asked = Array.from({ length: 50 }, () => ask(client, path, `fifty${path}`))
  resolve(undefined)
  const told = await Promise.all(asked.map(async (answer) => (await answer).text()))
  expect(new Set(told)).toEqual(new Set(['{"number":1}']))
  expect(done).toHaveLength(1)
})

test('the same key with another request is refused, and without a key all is done', async () => {
  const { app, done } = counting()
  const client = await clientOf(app)
  await ask(client, '/told', 'one-key')
  const other = await ask(client, '/told', 'one-key', 'good-bye')
  expect(await problemOf(other)).toMatchObject({ status: 409, code: 'request/repeated' })
  const elsewhere = await ask(client, '/secret', 'one-key')
  expect((await problemOf(elsewhere)).code).toBe('request/repeated')
  expect((await client.post('/told', { text: 'hello' })).status).toBe(201)
  expect((await client.post('/told', { text: 'hello' })).status).toBe(201)
  expect(done).toHaveLength(3)
})

test('a secret is told once and lies nowhere; what has no content is told again', async () => {
  const { app, done } = counting()
  const client = await clientOf(app)
  expect((await ask(client, '/secret', 'a-secret')).status).toBe(201)
  expect(await problemOf(await ask(client, '/secret', 'a-secret'))).toMatchObject({
    code: 'request/repeated',
    detail: 'This was done, and its answer is given only once.',
  })
  const rows = await company.records.db.selectFrom('repeats').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain('canary')
  const remove = () => client.send('DELETE', '/nothing', null, { 'Idempotency-Key': 'no-content' })
  expect((await remove()).status).toBe(204)
  expect((await remove()).status).toBe(204)
  expect(done).toEqual(['secret', 'nothing'])
})

test('what was refused may be asked again', async () => {
  const { app, done } = counting()
  const client = await clientOf(app)
  for (const path of ['/told', '/operation']) {
    for (let n = 0; n < 2; n++) {
      expect((await problemOf(await ask(client, path, 'refused', 'refused'))).code).toBe(
        'policy/denied',
      )
    }
  }
  expect(done).toEqual([])
})

test('an operation is not told again to who may not have it any more, nor in another session', async () => {
  const { app, done, bar } = counting()
  const client = await clientOf(app)
  await ask(client, '/operation', 'mine')
  const elsewhere = await clientOf(app)
  await ask(elsewhere, '/operation', 'mine')
  expect(done).toHaveLength(2)
  bar()
  await expect
    .poll(async () => (await ask(client, '/operation', 'mine')).status, { timeout: 10_000 })
    .toBe(403)
  expect(done).toHaveLength(2)
})

test('a change that another replica is at, or was cut off in, is not done a second time', async () => {
  const one = counting()
  const other = counting()
  const client = await clientOf(one.app)
  const elsewhere = new KeyClient(other.app)
  elsewhere.cookie = client.cookie
  const { promise, resolve } = Promise.withResolvers<undefined>()
  one.gate.open = promise
  const before = await namesKept()
  const first = ask(client, '/told', 'two-replicas')
  await expect.poll(namesKept, { timeout: 10_000 }).not.toEqual(before)
  expect((await ask(elsewhere, '/told', 'two-replicas')).status).toBe(409)
  resolve(undefined)
  expect((await first).status).toBe(201)
  expect(await (await ask(elsewhere, '/told', 'two-replicas')).json()).toEqual({ number: 1 })
  expect([one.done, other.done]).toEqual([['told'], []])
})

test('after a day everything is forgotten', async () => {
  const { app, done } = counting()
  await ask(await clientOf(app), '/told', 'old')
  company.clock.pass(24 * 3600 + 1)
  await ask(await clientOf(app), '/told', 'old')
  expect(done).toHaveLength(2)
  expect(await namesKept()).toHaveLength(1)
})
