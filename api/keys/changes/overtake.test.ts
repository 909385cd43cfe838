import { expect, test } from 'vitest'
import { createUserAnswer, enrolmentAnswer } from '#shared/contract/admin/users.ts'
import {
  changeOf,
  confirm,
  hireOfficial,
  type Official,
  proposed,
} from '#test/support/administrators.ts'
import { problemOf } from '#test/support/key-client.ts'
import { type KeyCompany, openCompany } from '#test/support/key-company.ts'
import { findKey } from '../../storage/keys.ts'
import { findUser } from '../../storage/users.ts'
import { settleChanges } from './settle.ts'

const DAY = 24 * 3600

async function isWithdrawn(company: KeyCompany, id: string): Promise<boolean> {
  const change = company.records.db.selectFrom('changes').select('state').where('id', '=', id)
  const entries = company.records.db.selectFrom('auditEntries').select('action')
  const last = await entries.where('action', '=', 'change-withdrawn').execute()
  return (await change.executeTakeFirst())?.state === 'withdrawn' && last.length === 1
}

function setRoles({ client }: Official, id: string, roles: readonly string[]) {
  return client.send('PATCH', `/admin/users/${id}`, JSON.stringify({ roles }))
}

test('a key whose owner wants it off is not switched on by what was asked before', async () => {
  const company = await openCompany()
  const carol = await hireOfficial(company, 'carol')
  const person = await company.hire('alice')
  const { id: key } = person.signKey
  await carol.client.post(`/admin/keys/${key}/switch-off`)
  const { id } = await proposed(await carol.client.post(`/admin/keys/${key}/switch-on`))
  const alice = await company.signedIn(person)
  expect((await alice.send('POST', '/keys/switch-off')).status).toBe(200)
  company.clock.pass(DAY)
  await settleChanges(company.records)
  expect((await findKey(company.records.db, key))?.status).toBe('disabled')
  expect(await isWithdrawn(company, id)).toBe(true)
})

test('nor is it by a second administrator, after another one switched it off once more', async () => {
  const company = await openCompany()
  const [carol, bob] = [await hireOfficial(company, 'carol'), await hireOfficial(company, 'bob')]
  const { id: key } = (await company.hire('alice')).signKey
  await carol.client.post(`/admin/keys/${key}/switch-off`)
  const { id } = await proposed(await carol.client.post(`/admin/keys/${key}/switch-on`))
  await carol.client.post(`/admin/keys/${key}/switch-off`)
  expect((await problemOf(await confirm(company, bob, id))).code).toBe('request/not-found')
  expect((await findKey(company.records.db, key))?.status).toBe('disabled')
})

test('a role that was taken is not given back by what was asked before', async () => {
  const company = await openCompany()
  const [carol, bob] = [await hireOfficial(company, 'carol'), await hireOfficial(company, 'bob')]
  const dave = await hireOfficial(company, 'dave')
  const { id: user } = dave.person.user
  const { id } = await proposed(await setRoles(dave, user, ['admin', 'auditor']))
  await setRoles(carol, user, [])
  expect((await problemOf(await confirm(company, bob, id))).code).toBe('request/not-found')
  expect((await findUser(company.records.db, user))?.roles).toBe('')
  expect(await isWithdrawn(company, id)).toBe(true)
})

test('a role is not given to who began anew since, by a code that an administrator saw', async () => {
  const company = await openCompany()
  const [carol, bob] = [await hireOfficial(company, 'carol'), await hireOfficial(company, 'bob')]
  const { id: user } = (await company.hire('alice')).user
  const { id } = await proposed(await setRoles(bob, user, ['admin']))
  const reset = await carol.client.post(`/admin/users/${user}/enrolment`)
  enrolmentAnswer.parse(await reset.json())
  expect((await problemOf(await confirm(company, carol, id))).code).toBe('request/not-found')
  expect(await isWithdrawn(company, id)).toBe(true)
})

test('an administrator who has a user begin anew makes no key in their name alone', async () => {
  const company = await openCompany()
  const [carol, bob] = [await hireOfficial(company, 'carol'), await hireOfficial(company, 'bob')]
  const { user } = await company.hire('alice')
  await carol.client.post(`/admin/users/${user.id}/enrolment`)
  const asked = { user: 'alice', purpose: 'sign', algorithm: 'ec-p256' }
  const made = await carol.client.post('/admin/keys', asked)
  const { key } = (await made.json()) as { key: { id: string; status: string } }
  expect(key.status).toBe('disabled')
  const change = await proposed(await carol.client.post(`/admin/keys/${key.id}/switch-on`))
  await changeOf(await confirm(company, bob, change.id))
  expect((await findKey(company.records.db, key.id))?.status).toBe('active')
})

test('somebody new has a key that serves at once', async () => {
  const company = await openCompany()
  const carol = await hireOfficial(company, 'carol')
  const alice = { username: 'alice', name: 'Alice', address: 'alice@example.com' }
  createUserAnswer.parse(await (await carol.client.post('/admin/users', alice)).json())
  const asked = { user: 'alice', purpose: 'sign', algorithm: 'ec-p256' }
  const made = await carol.client.post('/admin/keys', asked)
  expect(await made.json()).toMatchObject({ key: { status: 'active' } })
})
