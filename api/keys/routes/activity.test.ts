import { expect, test } from 'vitest'
import { type Activity, activityAnswer } from '#shared/contract/activity.ts'
import { type KeyClient, problemOf } from '#test/support/key-client.ts'
import { openCompany } from '#test/support/key-company.ts'
import { signBody, unwrapBody } from '#test/support/key-requests.ts'

async function page(client: KeyClient, query = '') {
  return activityAnswer.parse(await (await client.get(`/activity${query}`)).json())
}

test('three hundred refused calls do not hide the operations before them', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  for (let count = 0; count < 3; count++) {
    await alice.post(`/keys/${person.encryptKey.id}/unwrap`, unwrapBody())
  }
  company.clock.pass(1)
  const statuses: number[] = []
  for (let round = 0; round < 100; round++) {
    const answers = await Promise.all([
      alice.post(`/keys/${'A'.repeat(22)}/unwrap`, unwrapBody()),
      alice.post(`/keys/${'A'.repeat(22)}/unwrap`, unwrapBody()),
      alice.post(`/keys/${person.encryptKey.id}/sign`, signBody()),
    ])
    statuses.push(...answers.map(({ status }) => status))
  }
  expect(new Set(statuses)).toEqual(new Set([404, 403]))
  const { activity } = await page(alice)
  const of = (outcome: string) => activity.filter((entry) => entry.outcome === outcome)
  expect(of('done').map(({ what }) => what)).toEqual([
    ...['unwrap', 'unwrap', 'unwrap'],
    ...['sign-in', 'factor-added', 'password-set'],
  ])
  expect(of('refused')).toHaveLength(2 * 20)
})

test('the next day refusals are recorded again', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const refuse = async (client: KeyClient) => {
    for (let count = 0; count < 25; count++) {
      await client.post(`/keys/${'A'.repeat(22)}/unwrap`, unwrapBody())
    }
  }
  await refuse(await company.signedIn(person))
  company.clock.pass(24 * 3600)
  const alice = await company.signedIn(person)
  await refuse(alice)
  const { activity } = await page(alice)
  expect(activity.filter(({ outcome }) => outcome === 'refused')).toHaveLength(2 * 20)
})

test('whoever asks for what was before comes to the very first entry, each shown once', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  const ask = () => alice.post(`/keys/${person.encryptKey.id}/unwrap`, unwrapBody())
  for (let minute = 0; minute < 8; minute++) {
    await Promise.all(Array.from({ length: 60 }, ask)) // many at the same instant
    company.clock.pass(60)
  }
  const shown: Activity[] = []
  let before: string | null = ''
  while (before !== null) {
    const { activity, next } = await page(alice, before === '' ? '' : `?before=${before}`)
    shown.push(...activity)
    before = next
  }
  const unwraps = shown.filter(({ what }) => what === 'unwrap')
  expect(unwraps.map(({ outcome }) => outcome)).toEqual(Array<string>(480).fill('done'))
  expect(shown.map(({ at }) => at)).toEqual(
    shown
      .map(({ at }) => at)
      .sort()
      .reverse(),
  )
  expect(shown.filter(({ what }) => what === 'sign-in')).toHaveLength(1)
})

test("a place in another user's log is none", async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  const bob = await company.signedIn(await company.hire('bob'))
  const answer = await alice.post(`/keys/${person.encryptKey.id}/unwrap`, unwrapBody())
  const { operation } = (await answer.json()) as { operation: string }
  expect((await alice.get(`/activity?before=${operation}`)).status).toBe(200)
  const foreign = await problemOf(await bob.get(`/activity?before=${operation}`))
  const absent = await problemOf(await bob.get(`/activity?before=${'A'.repeat(22)}`))
  expect({ ...foreign, traceId: '' }).toEqual({ ...absent, traceId: '' })
  expect(foreign.code).toBe('request/not-found')
  expect((await problemOf(await bob.get('/activity?before=x'))).code).toBe('request/malformed')
})
