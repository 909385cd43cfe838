import { expect, test } from 'vitest'
import { changesAnswer } from '#shared/contract/admin/changes.ts'
import { changeOf, confirm, hireOfficial, proposed } from '#test/support/administrators.ts'
import { type KeyClient, problemOf } from '#test/support/key-client.ts'
import { type KeyCompany, openCompany } from '#test/support/key-company.ts'
import { unwrapBody } from '#test/support/key-requests.ts'
import { verifyAudit } from '../audit/verify.ts'
import { settleChanges } from './settle.ts'

const DAY = 24 * 3600

/** Two administrators, and alice with a key that one of them has switched off. */
async function openOffice() {
  const company = await openCompany()
  const carol = await hireOfficial(company, 'carol')
  const bob = await hireOfficial(company, 'bob')
  const person = await company.hire('alice')
  const key = person.encryptKey.id
  expect((await carol.client.post(`/admin/keys/${key}/switch-off`)).status).toBe(200)
  const askOn = async () => proposed(await carol.client.post(`/admin/keys/${key}/switch-on`))
  const use = async () => {
    const alice = await company.signedIn(person)
    return (await alice.post(`/keys/${key}/unwrap`, unwrapBody())).status
  }
  return { company, carol, bob, person, key, askOn, use }
}

function stepsOf(company: KeyCompany) {
  const entries = company.records.db
    .selectFrom('auditEntries')
    .leftJoin('users', 'users.id', 'auditEntries.userId')
    .select(['action', 'actor', 'outcome', 'username'])
  return entries
    .where('action', 'in', [
      'key-switched-off',
      'key-switched-on',
      'change-proposed',
      'change-confirmed',
      'change-withdrawn',
      'change-expired',
      'change-done',
    ])
    .orderBy('sequence')
    .execute()
}

async function states(client: KeyClient): Promise<string[]> {
  const { changes } = changesAnswer.parse(await (await client.get('/admin/changes')).json())
  return changes.map(({ state }) => state)
}

test('one administrator switches off at once; on again takes another one with a fresh code', async () => {
  const { company, carol, bob, person, key, askOn, use } = await openOffice()
  expect(await use()).toBe(403)
  const change = await askOn()
  expect(change).toMatchObject({
    content: { kind: 'switch-key-on', key },
    state: 'open',
    user: 'alice',
    administrators: ['carol'],
    actsAt: null,
    mayConfirm: false,
  })
  expect(await use()).toBe(403)
  const own = await confirm(company, carol, change.id)
  expect(await problemOf(own)).toMatchObject({ status: 403, code: 'change/needs-second' })
  const wrong = { proof: { kind: 'totp', code: '000000' } }
  const guessed = await bob.client.post(`/admin/changes/${change.id}/confirmation`, wrong)
  expect((await problemOf(guessed)).code).toBe('factor/rejected')
  expect(await use()).toBe(403)
  const done = await changeOf(await confirm(company, bob, change.id))
  expect(done).toMatchObject({ state: 'done', administrators: ['carol', 'bob'] })
  expect(await use()).toBe(200)
  const alices = { username: 'alice', outcome: 'done' }
  expect(await stepsOf(company)).toEqual([
    { action: 'key-switched-off', actor: 'administrator carol', ...alices },
    { action: 'change-proposed', actor: null, username: 'carol', outcome: 'done' },
    { action: 'change-confirmed', actor: null, username: 'bob', outcome: 'refused' },
    { action: 'change-confirmed', actor: null, username: 'bob', outcome: 'done' },
    { action: 'change-done', actor: null, username: 'bob', outcome: 'done' },
    { action: 'key-switched-on', actor: 'administrator bob', ...alices },
  ])
  expect(await verifyAudit(company.records.db)).toMatchObject({ kind: 'intact' })
  expect(person.user.username).toBe('alice')
})

test('a confirmed change is confirmed no second time, and one code confirms one change', async () => {
  const { company, carol, bob, person, askOn } = await openOffice()
  await carol.client.post(`/admin/keys/${person.signKey.id}/switch-off`)
  const first = await askOn()
  const second = await proposed(
    await carol.client.post(`/admin/keys/${person.signKey.id}/switch-on`),
  )
  company.clock.pass(60)
  const proof = { kind: 'totp', code: await company.codeOf(bob.person) }
  const answers = await Promise.all(
    [first, second, first, second].map(({ id }) =>
      bob.client.post(`/admin/changes/${id}/confirmation`, { proof }),
    ),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect((await states(bob.client)).sort()).toEqual(['done', 'open'])
})

test('asked twice, a change waits once, and asking is not confirming', async () => {
  const { bob, key, askOn, use } = await openOffice()
  const first = await askOn()
  const again = await proposed(await bob.client.post(`/admin/keys/${key}/switch-on`))
  expect(again).toMatchObject({ id: first.id, mayConfirm: true, state: 'open' })
  expect(await use()).toBe(403)
})

test.each(['carol', 'bob'] as const)(
  '%s withdraws it, and it is confirmed no more',
  async (who) => {
    const { company, carol, bob, askOn, use } = await openOffice()
    const { id } = await askOn()
    const by = { carol, bob }[who].client
    const withdrawn = await changeOf(await by.post(`/admin/changes/${id}/withdrawal`))
    expect(withdrawn).toMatchObject({ state: 'withdrawn', settledBy: `administrator ${who}` })
    expect((await problemOf(await confirm(company, bob, id))).code).toBe('request/not-found')
    const again = await problemOf(await by.post(`/admin/changes/${id}/withdrawal`))
    expect(again.code).toBe('request/not-found')
    expect(await use()).toBe(403)
  },
)

test('what nobody confirms in time is forgotten, on record', async () => {
  const { company, bob, askOn, use } = await openOffice()
  const { id } = await askOn()
  company.clock.pass(3 * DAY)
  await settleChanges(company.records)
  const again = await company.signedIn(bob.person)
  expect(await states(again)).toEqual(['expired'])
  const late = await confirm(company, { ...bob, client: again }, id)
  expect((await problemOf(late)).code).toBe('request/not-found')
  expect((await stepsOf(company)).at(-1)).toEqual({
    action: 'change-expired',
    actor: null,
    username: null,
    outcome: 'done',
  })
  expect(await use()).toBe(403)
})

test('the only administrator waits, and it acts by itself', async () => {
  const company = await openCompany()
  const carol = await hireOfficial(company, 'carol')
  const person = await company.hire('alice')
  const path = `/admin/keys/${person.encryptKey.id}`
  await carol.client.post(`${path}/switch-off`)
  const change = await proposed(await carol.client.post(`${path}/switch-on`))
  const acts = Date.parse(change.proposedAt) + DAY * 1000
  expect(change.actsAt).toBe(new Date(acts).toISOString())
  const early = await problemOf(await confirm(company, carol, change.id))
  expect(early).toMatchObject({ code: 'change/needs-second', retryAfter: DAY - 60 })
  const statusOf = async () => {
    await settleChanges(company.records)
    const keys = company.records.db.selectFrom('keys').select('status')
    return (await keys.where('id', '=', person.encryptKey.id).executeTakeFirst())?.status
  }
  company.clock.pass(DAY - 61)
  expect(await statusOf()).toBe('disabled')
  company.clock.pass(1)
  expect(await statusOf()).toBe('active')
  expect((await stepsOf(company)).at(-1)).toMatchObject({
    action: 'key-switched-on',
    actor: 'administrator carol',
    username: 'alice',
  })
})

test('who gets rid of the second administrator has to wait from then on', async () => {
  const { company, carol, bob, key, askOn } = await openOffice()
  await askOn()
  company.clock.pass(2 * DAY)
  const again = await company.signedIn(carol.person)
  expect((await again.delete(`/admin/users/${bob.person.user.id}`)).status).toBe(204)
  await settleChanges(company.records)
  const keys = company.records.db.selectFrom('keys').select('status')
  const statusOf = () => keys.where('id', '=', key).executeTakeFirst()
  expect(await statusOf()).toEqual({ status: 'disabled' })
  expect(await states(again)).toEqual(['open'])
})

test('whoever stood behind it and administrates no more counts no more', async () => {
  const { company, carol, bob, askOn, use } = await openOffice()
  const dave = await hireOfficial(company, 'dave')
  const { id } = await askOn()
  await dave.client.delete(`/admin/users/${carol.person.user.id}`)
  const first = await changeOf(await confirm(company, bob, id))
  expect(first).toMatchObject({ state: 'open', administrators: ['bob'] })
  expect(await use()).toBe(403)
  const done = await changeOf(await confirm(company, dave, id))
  expect(done).toMatchObject({ state: 'done', administrators: ['bob', 'dave'] })
})

test('what cannot be done any more when its time has come is refused, on record', async () => {
  const { company, carol, bob } = await openOffice()
  const path = `/admin/users/${carol.person.user.id}`
  const asked = await bob.client.send('PATCH', path, JSON.stringify({ roles: ['auditor'] }))
  const { id } = await proposed(asked)
  await carol.client.delete(`/admin/users/${bob.person.user.id}`)
  expect((await changeOf(await confirm(company, carol, id))).state).toBe('open')
  company.clock.pass(DAY)
  await settleChanges(company.records)
  const again = await company.signedIn(carol.person)
  const { changes } = changesAnswer.parse(await (await again.get('/admin/changes')).json())
  expect(changes).toMatchObject([{ state: 'refused', code: 'user/last-admin' }])
  expect((await stepsOf(company)).at(-1)).toMatchObject({
    action: 'change-done',
    outcome: 'refused',
  })
})

test('keys of who was removed stay off, whatever waited for them', async () => {
  const { company, carol, bob, person, key, askOn } = await openOffice()
  const { id } = await askOn()
  await carol.client.delete(`/admin/users/${person.user.id}`)
  expect((await problemOf(await confirm(company, bob, id))).code).toBe('request/not-found')
  const asked = await carol.client.post(`/admin/keys/${key}/switch-on`)
  expect((await problemOf(asked)).code).toBe('policy/denied')
})

test('auditors and users confirm nothing, and auditors see everything', async () => {
  const { company, askOn } = await openOffice()
  const auditor = await hireOfficial(company, 'dave', 'auditor')
  const { id } = await askOn()
  expect((await problemOf(await confirm(company, auditor, id))).code).toBe('policy/denied')
  const { changes } = changesAnswer.parse(await (await auditor.client.get('/admin/changes')).json())
  expect(changes.map(({ id, mayConfirm }) => ({ id, mayConfirm }))).toEqual([
    { id, mayConfirm: false },
  ])
})
