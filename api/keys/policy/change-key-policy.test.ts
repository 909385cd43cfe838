import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KeyPolicy } from '#shared/contract/key-policy.ts'
import { keysAnswer } from '#shared/contract/keys.ts'
import { type KeyCompany, openCompany, type Person } from '#test/support/key-company.ts'
import { setPolicy } from '#test/support/key-policy.ts'

let company: KeyCompany
let alice: Person
beforeAll(async () => {
  company = await openCompany()
  alice = await company.hire('alice')
})
afterAll(() => company.records.db.destroy())

const change = (to: Partial<KeyPolicy>) => setPolicy(company, alice.signKey, to)

const entries = () =>
  company.records.db
    .selectFrom('auditEntries')
    .selectAll()
    .where('action', '=', 'key-policy-changed')
    .execute()

test('a change keeps what it does not name, is seen by the owner, and its record holds to the audit', async () => {
  await change({ approval: 'each-use', offlineDays: 3, requireContent: true })
  const client = await company.signedIn(alice)
  const { keys } = keysAnswer.parse(await (await client.get('/keys')).json())
  expect(keys.find(({ id }) => id === alice.signKey.id)?.policy).toEqual({
    approval: 'each-use',
    approvalMinutes: 5,
    approvalUses: 1,
    approvalAbove: null,
    perMinute: 60,
    perDay: 600,
    offlineDays: 3,
    requireContent: true,
  })
  const [entry] = await entries()
  expect(entry).toMatchObject({ actor: 'root', userId: alice.user.id, keyId: alice.signKey.id })
  const record = await company.records.db
    .selectFrom('policyChanges')
    .selectAll()
    .where('operation', '=', entry?.operation ?? '')
    .executeTakeFirstOrThrow()
  expect(JSON.parse(record.before)).toMatchObject({ approval: 'none', offlineDays: 0 })
  expect(JSON.parse(record.after)).toMatchObject({ approval: 'each-use', offlineDays: 3 })
  const both = createHash('sha256').update(`${record.before}\n${record.after}`)
  expect(entry?.digest).toBe(both.digest('base64url'))
})

test('what changes nothing leaves no record', async () => {
  const before = (await entries()).length
  await change({ approval: 'each-use' })
  expect(await entries()).toHaveLength(before)
})
