import { expect, test } from 'vitest'
import { hsmAnswer } from '#shared/contract/admin/hsm.ts'
import { openCompany } from '#test/support/key-company.ts'

test('an auditor sees how the token does', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const change = company.records.db.updateTable('users').set({ roles: 'auditor' })
  await change.where('id', '=', person.user.id).execute()
  const alice = await company.signedIn(person)
  const answer = await alice.get('/admin/hsm')
  expect(answer.status).toBe(200)
  expect(hsmAnswer.parse(await answer.json())).toEqual({
    state: 'ready',
    restarts: 0,
    tokenLabel: 'in memory',
    capabilities: null,
    changedKeys: [],
    lastFailure: null,
  })
})
