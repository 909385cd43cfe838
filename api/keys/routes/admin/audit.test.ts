import { expect, test } from 'vitest'
import { auditAnswer, type AuditPage } from '#shared/contract/admin/audit.ts'
import { openCompany } from '#test/support/key-company.ts'
import { type KeyClient, problemOf } from '#test/support/key-client.ts'
import { unwrapBody } from '#test/support/key-requests.ts'

async function companyWithAuditor() {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const bob = await company.hire('bob')
  const { db } = company.records
  await db.updateTable('users').set({ roles: 'auditor' }).where('username', '=', 'bob').execute()
  return { company, alice, auditor: await company.signedIn(bob) }
}

async function read(client: KeyClient, query: Record<string, string> = {}): Promise<AuditPage> {
  const answer = await client.get(`/admin/audit?${new URLSearchParams(query)}`)
  return auditAnswer.parse(await answer.json())
}

test('an auditor finds what concerns a user, a key, an outcome or a time', async () => {
  const { company, alice, auditor } = await companyWithAuditor()
  const client = await company.signedIn(alice)
  const before = company.clock.read().toISOString().replace('.000Z', 'Z')
  company.clock.pass(5)
  const key = alice.encryptKey.id
  await client.post(`/keys/${key}/unwrap`, unwrapBody())
  const ofAlice = await read(auditor, { user: 'Alice', action: 'unwrap' })
  expect(ofAlice.entries.map(({ phase }) => phase)).toEqual(['result', 'intent'])
  expect(ofAlice.entries[0]).toMatchObject({ user: 'alice', key, outcome: 'done', actor: null })
  expect((await read(auditor, { key, action: 'unwrap', outcome: 'refused' })).entries).toEqual([])
  expect((await read(auditor, { key, since: before, action: 'unwrap' })).entries).toHaveLength(2)
  expect((await read(auditor, { key, until: before, action: 'unwrap' })).entries).toEqual([])
  expect((await read(auditor, { user: 'nobody' })).entries).toEqual([])
  const { operation, session } = ofAlice.entries[0]!
  const { entries } = await read(auditor, { operation })
  expect(entries.map(({ phase }) => phase)).toEqual(['result', 'intent'])
  const done = (await read(auditor, { session: session! })).entries.map(({ action }) => action)
  expect(done.slice(0, 3)).toEqual(['unwrap', 'unwrap', 'sign-in'])
  expect((await read(auditor, { session: session!, code: 'key/disabled' })).entries).toEqual([])
})

test('page after page shows every entry once, though most are of one moment', async () => {
  const { company, auditor } = await companyWithAuditor()
  for (let index = 0; index < 250; index++) {
    await company.records.journal.write((_tx, append) => {
      append({ phase: 'event', action: 'sign-in', operation: 'o', outcome: 'refused' })
      return Promise.resolve()
    })
  }
  const places: string[] = []
  for (let next: string | null = ''; next !== null;) {
    const page = await read(auditor, next === '' ? {} : { before: next })
    places.push(...page.entries.map(({ place }) => place))
    next = page.next
  }
  const rows = await company.records.db.selectFrom('auditEntries').select('sequence').execute()
  expect(new Set(places).size).toBe(rows.length)
  expect(places).toHaveLength(rows.length)
})

test('a place that is not there, and a query that is not understood, are said to be so', async () => {
  const { auditor } = await companyWithAuditor()
  const absent = await auditor.get(`/admin/audit?before=${'A'.repeat(22)}.7`)
  expect((await problemOf(absent)).code).toBe('request/not-found')
  for (const query of ['before=7', 'since=yesterday', 'outcome=good', 'key=x']) {
    const answer = await auditor.get(`/admin/audit?${query}`)
    expect((await problemOf(answer)).code).toBe('request/malformed')
  }
})
