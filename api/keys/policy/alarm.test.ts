import { afterAll, beforeAll, expect, test } from 'vitest'
import { type KeyClient, problemOf } from '#test/support/key-client.ts'
import { type KeyCompany, openCompany, type Person } from '#test/support/key-company.ts'
import { setPolicy } from '#test/support/key-policy.ts'
import { unwrapBody } from '#test/support/key-requests.ts'

const DAY = 24 * 3600

let company: KeyCompany
beforeAll(async () => {
  company = await openCompany()
})
afterAll(() => company.records.db.destroy())

async function hire(name: string, quota: { perMinute: number; perDay: number }): Promise<Person> {
  const person = await company.hire(name)
  for (const key of [person.signKey, person.encryptKey]) await setPolicy(company, key, quota)
  company.alarms.length = 0
  return person
}

async function unwrap(client: KeyClient, { encryptKey }: Person, times: number): Promise<void> {
  for (let done = 0; done < times; done += 50) {
    const few = Array.from({ length: Math.min(50, times - done) }, () =>
      client.post(`/keys/${encryptKey.id}/unwrap`, unwrapBody()),
    )
    for (const answer of await Promise.all(few)) expect(answer.status).toBe(200)
  }
}

const causes = () => company.alarms.map(({ cause }) => cause)

test('more within ten minutes than in thirty days before raises an alarm, on record, with who and where', async () => {
  const alice = await hire('alice', { perMinute: 10_000, perDay: 10_000 })
  const client = await company.signedIn(alice)
  await unwrap(client, alice, 99)
  expect(causes()).toEqual([])
  await unwrap(client, alice, 101)
  expect(causes()).toEqual(['rate/unusual', 'rate/unusual']) // a hundred, then two hundred
  const entry = await company.records.db
    .selectFrom('auditEntries')
    .selectAll()
    .where('operation', '=', company.alarms[0]?.operation ?? '')
    .executeTakeFirstOrThrow()
  expect(entry).toMatchObject({
    action: 'alarm',
    code: 'rate/unusual',
    userId: alice.user.id,
    keyId: alice.encryptKey.id,
  })
  expect(entry.sessionId).not.toBeNull()
  const activity = await (await client.get('/activity')).text()
  expect(activity).toContain('"what":"alarm"')
})

test('what was seen in thirty days is usual, and what is spread over the day is no rush', async () => {
  const bob = await hire('bob', { perMinute: 10_000, perDay: 10_000 })
  await unwrap(await company.signedIn(bob), bob, 100)
  company.clock.pass(DAY)
  await unwrap(await company.signedIn(bob), bob, 100)
  expect(causes()).toEqual(['rate/unusual'])
  company.clock.pass(31 * DAY)
  const client = await company.signedIn(bob)
  await unwrap(client, bob, 60)
  company.clock.pass(600)
  await unwrap(client, bob, 60) // the hundredth of these is in here
  expect(causes()).toEqual(['rate/unusual'])
  company.clock.pass(DAY)
  await unwrap(await company.signedIn(bob), bob, 180)
  expect(causes()).toEqual(['rate/unusual', 'rate/unusual']) // forgotten after thirty days
})

test('the first refusal of a quota in a day raises an alarm, and the next ones none', async () => {
  const carol = await hire('carol', { perMinute: 3, perDay: 100 })
  const client = await company.signedIn(carol)
  await unwrap(client, carol, 3)
  const refuse = async () => {
    const answer = await client.post(`/keys/${carol.encryptKey.id}/unwrap`, unwrapBody())
    expect((await problemOf(answer)).code).toBe('quota/exceeded')
  }
  await Promise.all([refuse(), refuse()])
  await refuse()
  expect(causes()).toEqual(['quota/exceeded'])
})

test("a user's keys together are used no more than the one that may be used most", async () => {
  const dave = await company.hire('dave', { sign: 'ec-p256', encrypt: 'rsa-2048' })
  await setPolicy(company, dave.signKey, { perMinute: 5 })
  await setPolicy(company, dave.encryptKey, { perMinute: 8 })
  const client = await company.signedIn(dave)
  await unwrap(client, dave, 8)
  const { id } = dave.signKey
  const body = { digest: { algorithm: 'sha-256', value: 'A'.repeat(43) }, signature: 'ecdsa' }
  const refused = await problemOf(await client.post(`/keys/${id}/sign`, body))
  expect(refused).toMatchObject({ code: 'quota/exceeded', retryAfter: 60 })
  company.clock.pass(60)
  expect((await client.post(`/keys/${id}/sign`, body)).status).toBe(200)
})
