import { expect, test } from 'vitest'
import { PosternError } from '#shared/errors.ts'
import { type KeyCompany, openCompany, type Person } from '#test/support/key-company.ts'
import { type KeyClient, problemOf } from '#test/support/key-client.ts'
import { createUser, setPassword } from '../lifecycle/users.ts'
import { verifyAudit } from '../audit/verify.ts'

async function passwordShown(company: KeyCompany, { user, password }: Person): Promise<KeyClient> {
  const client = company.client()
  await client.post('/session/password', { username: user.username, password })
  return client
}

function showCode(client: KeyClient, code: string): Promise<Response> {
  return client.post('/session/factor', { kind: 'totp', code })
}

/** Six digits that are not the code of any step near. */
async function wrongCode(company: KeyCompany, person: Person): Promise<string> {
  const near: string[] = []
  for (const seconds of [-30, 30, 30]) {
    near.push(await company.codeOf(person))
    company.clock.pass(seconds)
  }
  company.clock.pass(-30)
  near.push(await company.codeOf(person))
  for (let guess = 0; ; guess++) {
    const code = String(guess).padStart(6, '0')
    if (!near.includes(code)) return code
  }
}

test('an unknown user and a wrong password are refused with the same words', async () => {
  const company = await openCompany()
  await company.hire('alice')
  const client = company.client()
  const wrong = await client.post('/session/password', { username: 'alice', password: 'wrong' })
  const unknown = await client.post('/session/password', { username: 'mallory', password: 'wrong' })
  const [a, b] = [await problemOf(wrong), await problemOf(unknown)]
  expect(a).toMatchObject({ status: 401, code: 'factor/rejected' })
  expect({ ...b, traceId: '' }).toEqual({ ...a, traceId: '' })
  expect([...unknown.headers.keys()]).toEqual([...wrong.headers.keys()])
})

test('guessing at an unknown user is locked like guessing at a known one', async () => {
  const company = await openCompany()
  await company.hire('alice')
  for (const username of ['alice', 'mallory']) {
    const answers: string[] = []
    for (let attempt = 0; attempt < 6; attempt++) {
      const answer = await company.client().post('/session/password', { username, password: 'no' })
      answers.push((await problemOf(answer)).code)
    }
    expect(answers).toEqual([...Array<string>(5).fill('factor/rejected'), 'factor/locked'])
  }
})

test('of many passwords at once so many are checked as the machine can bear, whether there are such users or not', async () => {
  const company = await openCompany()
  await company.hire('alice')
  const guess = (username: string) =>
    company.client().post('/session/password', { username, password: 'no' })
  const crowd = Array.from({ length: 22 }, (_, index) => guess(`stranger-${index}`))
  const late = await Promise.all(['alice', 'mallory', 'alice', 'mallory'].map(guess))
  for (const answer of late) {
    expect(answer.headers.get('retry-after')).toBe('5')
    expect(await problemOf(answer)).toMatchObject({ status: 429, code: 'quota/exceeded' })
  }
  const statuses = (await Promise.all(crowd)).map((answer) => answer.status)
  const checked = statuses.filter((status) => status === 401) // on a slow machine some have waited too long
  expect(checked.length).toBeGreaterThan(1)
  const counted = await company.records.db.selectFrom('attempts').selectAll().execute()
  expect(counted).toHaveLength(checked.length + 1) // and all strangers together
})

test('one code, shown fifty times at once, opens exactly one session', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const client = await passwordShown(company, alice)
  const code = await company.codeOf(alice)
  const halfCookie = client.cookie
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => {
      const other = company.client()
      other.cookie = halfCookie
      return showCode(other, code)
    }),
  )
  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
  const sessions = await company.records.db.selectFrom('sessions').selectAll().execute()
  expect(sessions.filter((row) => row.stage === 'full')).toHaveLength(1)
})

test('a code from two half sessions at once opens one of them', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const clients = await Promise.all([1, 2, 3].map(() => passwordShown(company, alice)))
  const code = await company.codeOf(alice)
  const answers = await Promise.all(clients.map((client) => showCode(client, code)))
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 401, 401])
})

test('after five wrong codes the factor is locked, each time for twice as long, up to 15 minutes', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const wrong = await wrongCode(company, alice)
  for (let attempt = 0; attempt < 4; attempt++) {
    await showCode(await passwordShown(company, alice), wrong)
  }
  for (const seconds of [60, 120, 240, 480, 900, 900]) {
    const again = await wrongCode(company, alice)
    const last = await showCode(await passwordShown(company, alice), again)
    expect((await problemOf(last)).code).toBe('factor/rejected')
    company.clock.pass(1)
    const right = await company.codeOf(alice)
    const locked = await showCode(await passwordShown(company, alice), right)
    expect(locked.status).toBe(429)
    expect(locked.headers.get('retry-after')).toBe(String(seconds - 1))
    expect(await problemOf(locked)).toMatchObject({
      code: 'factor/locked',
      retryAfter: seconds - 1,
    })
    company.clock.pass(seconds)
  }
  const client = await passwordShown(company, alice)
  expect((await showCode(client, await company.codeOf(alice))).status).toBe(200)
})

test('guesses made at the same time are counted before they are checked', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const wrong = await wrongCode(company, alice)
  const client = await passwordShown(company, alice)
  const answers = await Promise.all(Array.from({ length: 20 }, () => showCode(client, wrong)))
  const statuses = answers.map((answer) => answer.status)
  expect(statuses.filter((status) => status === 401)).toHaveLength(5)
  expect(statuses.filter((status) => status === 429)).toHaveLength(15)
})

test('the codes of the step before and after are taken, older and later ones are not', async () => {
  for (const [seconds, status] of [
    [-60, 401],
    [-30, 200],
    [30, 200],
    [60, 401],
  ] as const) {
    const company = await openCompany()
    const alice = await company.hire('alice')
    company.clock.pass(seconds)
    const code = await company.codeOf(alice)
    company.clock.pass(-seconds)
    const answer = await showCode(await passwordShown(company, alice), code)
    expect([seconds, answer.status]).toEqual([seconds, status])
  }
})

test('once a code was taken, neither it nor an earlier one is', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const earlier = await company.codeOf(alice)
  company.clock.pass(30)
  const code = await company.codeOf(alice)
  expect((await showCode(await passwordShown(company, alice), code)).status).toBe(200)
  expect((await showCode(await passwordShown(company, alice), code)).status).toBe(401)
  expect((await showCode(await passwordShown(company, alice), earlier)).status).toBe(401)
})

test('while the token is away a code is neither checked nor counted', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  company.hsm.failure = new PosternError('hsm/unavailable', 'Away.', { retryAfter: 2 })
  for (let attempt = 0; attempt < 6; attempt++) {
    const client = await passwordShown(company, alice)
    const answer = await showCode(client, await company.codeOf(alice))
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2'])
  }
  company.hsm.failure = null
  const client = await passwordShown(company, alice)
  expect((await showCode(client, await company.codeOf(alice))).status).toBe(200)
})

test('a user without a second factor is not let in', async () => {
  const company = await openCompany()
  const user = await createUser(company.records, {
    username: 'dave',
    name: 'Dave',
    address: 'dave@example.com',
    roles: [],
  })
  await setPassword(company.records, user, 'a password of dave')
  const answer = await company
    .client()
    .post('/session/password', { username: 'dave', password: 'a password of dave' })
  expect((await problemOf(answer)).code).toBe('policy/denied')
  expect(answer.headers.get('set-cookie')).toBeNull()
})

test('each sign-in and each refusal is in the audit', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  await company.client().post('/session/password', { username: 'alice', password: 'wrong' })
  await showCode(await passwordShown(company, alice), await wrongCode(company, alice))
  await company.signedIn(alice)
  const entries = await company.records.db
    .selectFrom('auditEntries')
    .select(['outcome', 'code'])
    .where('action', '=', 'sign-in')
    .where('userId', '=', alice.user.id)
    .orderBy('sequence')
    .execute()
  expect(entries).toEqual([
    { outcome: 'refused', code: 'factor/rejected' },
    { outcome: 'refused', code: 'factor/rejected' },
    { outcome: 'done', code: null },
  ])
  expect(await verifyAudit(company.records.db)).toMatchObject({ kind: 'intact' })
})

test('guesses at names that nobody has are summed up: the first is in the audit, then every thousandth', async () => {
  const company = await openCompany()
  const { db } = company.records
  const guess = (username: string) =>
    company.client().post('/session/password', { username, password: 'no' })
  const recorded = async () => {
    const entries = db.selectFrom('auditEntries').selectAll()
    return (await entries.where('action', '=', 'sign-in').execute()).length
  }
  for (const username of ['mallory', 'mallory-2', 'mallory-3']) await guess(username)
  expect(await recorded()).toBe(1)
  const strangers = db.updateTable('attempts').where('name', '=', 'strangers')
  await strangers.set({ failures: 1000 }).execute()
  await guess('mallory-4')
  expect(await recorded()).toBe(2)
  company.clock.pass(24 * 3600 + 1)
  await guess('mallory-5')
  expect(await recorded()).toBe(3)
})

test('failures are forgotten a day after the last one', async () => {
  const company = await openCompany()
  const { db } = company.records
  const guess = () =>
    company.client().post('/session/password', { username: 'mallory', password: 'no' })
  for (let attempt = 0; attempt < 4; attempt++) await guess()
  const stranger = { failures: 1, lastAt: company.clock.read().toISOString(), lockedUntil: null }
  await db
    .insertInto('attempts')
    .values({ name: 'an older name', ...stranger })
    .execute()
  company.clock.pass(24 * 3600 + 1)
  expect((await guess()).status).toBe(401)
  const rows = await db.selectFrom('attempts').select(['name', 'failures']).execute()
  expect(rows.map(({ failures }) => failures)).toEqual([1, 1])
  expect(rows.map(({ name }) => name)).not.toContain('an older name')
})
