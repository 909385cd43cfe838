import { expect, test } from 'vitest'
import { outcomeAnswer } from '#shared/contract/admin/changes.ts'
import { adminKeysAnswer, keyHistoryAnswer } from '#shared/contract/admin/keys.ts'
import { settingsAnswer } from '#shared/contract/admin/settings.ts'
import { confirm, hireOfficial, proposed } from '#test/support/administrators.ts'
import { problemOf } from '#test/support/key-client.ts'
import { openCompany } from '#test/support/key-company.ts'

async function openOffice() {
  const company = await openCompany()
  const [carol, bob] = [await hireOfficial(company, 'carol'), await hireOfficial(company, 'bob')]
  const patch = (path: string, change: unknown) =>
    carol.client.send('PATCH', `/admin${path}`, JSON.stringify(change))
  return { company, carol, bob, patch }
}

test('settings are tightened at once, and loosened by two, member by member', async () => {
  const { company, carol, bob, patch } = await openOffice()
  const read = async () => {
    const answer = await carol.client.get('/admin/settings')
    return settingsAnswer.parse(await answer.json()).settings.changes
  }
  const tight = await patch('/settings/changes', { expiryHours: 48 })
  expect(outcomeAnswer.parse(await tight.json())).toEqual({ state: 'done' })
  const { id } = await proposed(await patch('/settings/changes', { waitMinutes: 60 }))
  await patch('/settings/changes', { expiryHours: 24 })
  expect(await read()).toEqual({ waitMinutes: 1440, expiryHours: 24 })
  await confirm(company, bob, id)
  expect(await read()).toEqual({ waitMinutes: 60, expiryHours: 24 })
  for (const wrong of [{ waitMinutes: 0 }, { waitMinutes: '5' }, { frobnicate: 1 }]) {
    expect((await problemOf(await patch('/settings/changes', wrong))).code).toBe(
      'request/malformed',
    )
  }
  expect((await problemOf(await patch('/settings/frobnicate', {}))).status).toBe(400)
})

test('a policy is tightened at once, and loosened by two; the history tells who', async () => {
  const { company, carol, bob, patch } = await openOffice()
  const { signKey } = await company.hire('alice')
  const path = `/keys/${signKey.id}/policy`
  const policyNow = async () => {
    const answer = await carol.client.get('/admin/keys?user=alice&purpose=sign')
    return adminKeysAnswer.parse(await answer.json()).keys.map(({ policy }) => policy)
  }
  await patch(path, { perDay: 20, requireContent: true })
  expect(await policyNow()).toMatchObject([{ perDay: 20, requireContent: true }])
  const { id } = await proposed(await patch(path, { perDay: 30 }))
  expect(await policyNow()).toMatchObject([{ perDay: 20 }])
  await confirm(company, bob, id)
  expect(await policyNow()).toMatchObject([{ perDay: 30, requireContent: true }])
  const history = await carol.client.get(`/admin/keys/${signKey.id}/history`)
  const { events } = keyHistoryAnswer.parse(await history.json())
  expect(events.map(({ what, by }) => [what, by])).toEqual([
    ['key-policy-changed', 'administrator bob'],
    ['change-done', 'administrator bob'],
    ['change-confirmed', 'administrator bob'],
    ['change-proposed', 'administrator carol'],
    ['key-policy-changed', 'administrator carol'],
    ['key-created', null],
  ])
})

test('an administrator makes a key for somebody, retires it, and switches it off as it is', async () => {
  const { company, carol } = await openOffice()
  await company.hire('alice')
  const asked = { user: 'alice', purpose: 'sign', algorithm: 'ec-p384' }
  const made = await carol.client.post('/admin/keys', asked)
  expect(made.status).toBe(201)
  const { key } = (await made.json()) as { key: { id: string } }
  await carol.client.post(`/admin/keys/${key.id}/retirement`)
  const off = await carol.client.post(`/admin/keys/${key.id}/switch-off`)
  expect(await off.json()).toMatchObject({ key: { user: 'alice', status: 'retired-disabled' } })
  const listed = await carol.client.get('/admin/keys?status=retired-disabled')
  expect(adminKeysAnswer.parse(await listed.json()).keys.map(({ id }) => id)).toEqual([key.id])
  const nobody = await carol.client.post(`/admin/keys/${'A'.repeat(22)}/switch-off`)
  expect((await problemOf(nobody)).code).toBe('key/not-found')
})
