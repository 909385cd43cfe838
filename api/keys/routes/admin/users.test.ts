import { expect, test } from 'vitest'
import { outcomeAnswer } from '#shared/contract/admin/changes.ts'
import {
  createUserAnswer,
  enrolmentAnswer,
  type User,
  usersAnswer,
} from '#shared/contract/admin/users.ts'
import { enrolAnswer } from '#shared/contract/enrolment.ts'
import { confirm, hireOfficial, type Official, proposed } from '#test/support/administrators.ts'
import { type KeyClient, problemOf } from '#test/support/key-client.ts'
import { type KeyCompany, openCompany, type Person } from '#test/support/key-company.ts'
import { unwrapBody } from '#test/support/key-requests.ts'
import { currentCode } from '../../auth/one-time-code.ts'
import { verifyAudit } from '../../audit/verify.ts'

const PASSWORD = 'a password of their own'
const ALICE = { username: 'alice', name: 'Alice', address: 'alice@example.com' }

async function usersOf({ client }: Official): Promise<User[]> {
  return usersAnswer.parse(await (await client.get('/admin/users')).json()).users
}

async function enrolled(company: KeyCompany, code: string, username = 'alice'): Promise<KeyClient> {
  const client = company.client()
  const answer = await client.post('/session/enrolment', { username, code, password: PASSWORD })
  const { seed } = enrolAnswer.parse(await answer.json())
  await client.post('/session/password', { username, password: PASSWORD })
  const proof = { kind: 'totp', code: await currentCode(seed, company.clock.read()) }
  expect((await client.post('/session/factor', proof)).status).toBe(200)
  return client
}

async function useKey(client: KeyClient, { encryptKey }: Person): Promise<number> {
  return (await client.post(`/keys/${encryptKey.id}/unwrap`, unwrapBody())).status
}

test('a new user sets what they sign in with by a code that is good once', async () => {
  const company = await openCompany()
  const carol = await hireOfficial(company, 'carol')
  const answer = await carol.client.post('/admin/users', ALICE)
  expect(answer.status).toBe(201)
  const { user, enrolment } = createUserAnswer.parse(await answer.json())
  expect(user).toMatchObject({ username: 'alice', hasPassword: false, factors: [], roles: [] })
  const asked = { username: 'alice', password: PASSWORD }
  const wrong = { ...asked, code: 'AAAA-AAAA-AAAA-AAAA' }
  const stranger = { ...wrong, username: 'nobody' }
  const refused = await problemOf(await company.client().post('/session/enrolment', wrong))
  const unknown = await problemOf(await company.client().post('/session/enrolment', stranger))
  expect({ ...refused, traceId: '' }).toEqual({ ...unknown, traceId: '' })
  expect(refused.code).toBe('factor/rejected')
  const client = await enrolled(company, enrolment.code)
  expect((await client.get('/session')).status).toBe(200)
  const again = { ...asked, code: enrolment.code }
  const second = await problemOf(await company.client().post('/session/enrolment', again))
  expect(second.code).toBe('factor/rejected')
  const twice = await carol.client.post('/admin/users', ALICE)
  expect((await problemOf(twice)).code).toBe('user/taken')
})

test('a code is good for three days', async () => {
  const company = await openCompany()
  const carol = await hireOfficial(company, 'carol')
  const made = createUserAnswer.parse(await (await carol.client.post('/admin/users', ALICE)).json())
  company.clock.pass(3 * 24 * 3600)
  const late = { username: 'alice', code: made.enrolment.code, password: PASSWORD }
  const refused = await company.client().post('/session/enrolment', late)
  expect((await problemOf(refused)).code).toBe('factor/rejected')
})

test('who begins anew has nothing of before, and keys that take two to be switched on', async () => {
  const company = await openCompany()
  const [carol, bob] = [await hireOfficial(company, 'carol'), await hireOfficial(company, 'bob')]
  const alice = await company.hire('alice')
  const before = await company.signedIn(alice)
  const reset = await carol.client.post(`/admin/users/${alice.user.id}/enrolment`)
  const { enrolment } = enrolmentAnswer.parse(await reset.json())
  expect((await problemOf(await before.get('/session'))).code).toBe('session/expired')
  const old = { username: 'alice', password: alice.password }
  const refused = await problemOf(await company.client().post('/session/password', old))
  expect(refused.code).toBe('factor/rejected')
  const after = await enrolled(company, enrolment.code)
  expect(await useKey(after, alice)).toBe(403)
  const on = await carol.client.post(`/admin/keys/${alice.encryptKey.id}/switch-on`)
  await confirm(company, bob, (await proposed(on)).id)
  expect(await useKey(after, alice)).toBe(200)
  const other = await carol.client.post(`/admin/users/${bob.person.user.id}/enrolment`)
  expect((await problemOf(other)).code).toBe('policy/denied')
})

test('removing a user ends their sessions, switches their keys off and lets them in no more, in one act', async () => {
  const company = await openCompany()
  const carol = await hireOfficial(company, 'carol')
  const alice = await company.hire('alice')
  const [phone, desk] = [await company.signedIn(alice), await company.signedIn(alice)]
  const half = company.client()
  await half.post('/session/password', { username: 'alice', password: alice.password })
  const refusedMeanwhile: number[] = []
  company.hsm.beforeAnswer = async () => {
    company.hsm.beforeAnswer = () => Promise.resolve()
    const gone = await carol.client.delete(`/admin/users/${alice.user.id}`)
    refusedMeanwhile.push(gone.status)
  }
  const underWay = await phone.post(`/keys/${alice.encryptKey.id}/unwrap`, unwrapBody())
  expect((await problemOf(underWay)).code).toBe('session/expired')
  expect(refusedMeanwhile).toEqual([204])
  for (const client of [phone, desk]) {
    expect((await problemOf(await client.get('/session'))).code).toBe('session/expired')
  }
  company.clock.pass(30)
  const code = { kind: 'totp', code: await company.codeOf(alice) }
  expect((await half.post('/session/factor', code)).status).toBe(401)
  const login = { username: 'alice', password: alice.password }
  const refused = await problemOf(await company.client().post('/session/password', login))
  expect(refused.code).toBe('factor/rejected')
  expect(await usersOf(carol)).toContainEqual(
    expect.objectContaining({
      username: 'alice',
      status: 'removed',
      hasPassword: false,
      factors: [],
      keys: { all: 2, off: 2 },
    }),
  )
  const entries = company.records.db.selectFrom('auditEntries').select(['action', 'actor'])
  const told = await entries
    .where('userId', '=', alice.user.id)
    .where('action', 'in', ['user-removed', 'sign-out', 'key-switched-off'])
    .orderBy('sequence')
    .execute()
  const by = (action: string) => ({ action, actor: 'administrator carol' })
  expect(told).toEqual([
    by('user-removed'),
    { action: 'sign-out', actor: null },
    { action: 'sign-out', actor: null },
    by('key-switched-off'),
    by('key-switched-off'),
  ])
  expect(await verifyAudit(company.records.db)).toMatchObject({ kind: 'intact' })
  const again = await carol.client.delete(`/admin/users/${alice.user.id}`)
  expect((await problemOf(again)).code).toBe('request/not-found')
})

test('the last administrator stays; a name is nobody else’s, and its own person comes back with keys off', async () => {
  const company = await openCompany()
  const carol = await hireOfficial(company, 'carol')
  const alice = await company.hire('alice')
  const last = await carol.client.delete(`/admin/users/${carol.person.user.id}`)
  expect((await problemOf(last)).code).toBe('user/last-admin')
  await carol.client.delete(`/admin/users/${alice.user.id}`)
  const other = { ...ALICE, address: 'other@example.com' }
  const taken = await carol.client.post('/admin/users', other)
  expect((await problemOf(taken)).code).toBe('user/taken')
  const back = await carol.client.post('/admin/users', ALICE)
  const { user, enrolment } = createUserAnswer.parse(await back.json())
  expect(user).toMatchObject({ id: alice.user.id, status: 'active', keys: { all: 2, off: 2 } })
  expect(await useKey(await enrolled(company, enrolment.code), alice)).toBe(403)
})

test('roles are taken at once, and given by two', async () => {
  const company = await openCompany()
  const [carol, bob] = [await hireOfficial(company, 'carol'), await hireOfficial(company, 'bob')]
  const alice = await company.hire('alice')
  const ask = (roles: string[]) =>
    carol.client.send('PATCH', `/admin/users/${alice.user.id}`, JSON.stringify({ roles }))
  const rolesNow = async () =>
    (await usersOf(carol)).find(({ username }) => username === 'alice')?.roles
  const { id } = await proposed(await ask(['auditor', 'admin']))
  expect(await rolesNow()).toEqual([])
  await confirm(company, bob, id)
  expect(await rolesNow()).toEqual(['admin', 'auditor'])
  expect(outcomeAnswer.parse(await (await ask(['auditor'])).json())).toEqual({ state: 'done' })
  expect(await rolesNow()).toEqual(['auditor'])
})
