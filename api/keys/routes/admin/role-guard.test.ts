import { expect, test } from 'vitest'
import { settingsAnswer } from '#shared/contract/admin/settings.ts'
import { type KeyCompany, openCompany, type Person } from '#test/support/key-company.ts'
import { problemOf } from '#test/support/key-client.ts'

function giveRoles(company: KeyCompany, { user }: Person, roles: string) {
  return company.records.db.updateTable('users').set({ roles }).where('id', '=', user.id).execute()
}

test('for a user without a role, the administration is an unknown address', async () => {
  const company = await openCompany()
  const alice = await company.signedIn(await company.hire('alice'))
  const unknown = await problemOf(await alice.get('/no-such-thing'))
  for (const path of ['/admin/settings', '/admin/no-such-thing', '/admin']) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const answer = await problemOf(await alice.send(method, path))
      expect({ ...answer, traceId: '' }).toEqual({ ...unknown, traceId: '' })
    }
  }
})

test('without a session, nobody is told even that', async () => {
  const company = await openCompany()
  const answer = await problemOf(await company.client().get('/admin/settings'))
  expect(answer.code).toBe('session/required')
})

test('a role counts from the next call on, and no longer than it is held', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  await giveRoles(company, person, 'admin')
  const { settings } = settingsAnswer.parse(await (await alice.get('/admin/settings')).json())
  expect(settings.changes.waitMinutes).toBe(1440)
  await giveRoles(company, person, '')
  expect((await problemOf(await alice.get('/admin/settings'))).code).toBe('request/not-found')
})

test('an auditor reads, and changes nothing', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  await giveRoles(company, person, 'auditor')
  const alice = await company.signedIn(person)
  expect((await alice.get('/admin/settings')).status).toBe(200)
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    const answer = await problemOf(await alice.send(method, '/admin/settings'))
    expect([method, answer.code]).toEqual([method, 'policy/denied'])
  }
})
