import { expect, test } from 'vitest'
import { passwordRequest, signInAnswer } from '#shared/contract/session.ts'
import { type KeyCompany, openCompany, type Person } from '#test/support/key-company.ts'
import { problemOf } from '#test/support/key-client.ts'
import { enrolHotp } from '../../lifecycle/factors.ts'
import { hotpCode } from '../one-time-code.ts'

/** The seed of RFC 4226 Appendix D, and the codes that are printed there. */
const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const PRINTED = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583']

async function withToken(digits = 6): Promise<{ company: KeyCompany; alice: Person }> {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const token = { name: 'Token on the key ring', seed: SEED, counter: 0, digits }
  await enrolHotp(company.deps, alice.user, token)
  return { company, alice }
}

async function half(company: KeyCompany, { user, password }: Person) {
  const client = company.client()
  const asked = passwordRequest.parse({ username: user.username, password })
  const answer = await client.post('/session/password', asked)
  return { client, answer: signInAnswer.parse(await answer.json()) }
}

async function show(company: KeyCompany, person: Person, code: string, next?: string) {
  const { client } = await half(company, person)
  return client.post('/session/factor', { kind: 'hotp', code, ...(next && { next }) })
}

const codeAt = (counter: number, digits = 6) => hotpCode({ seed: SEED, counter, digits })

test('the codes printed in RFC 4226 open a session each, once, in their order', async () => {
  const { company, alice } = await withToken()
  expect((await half(company, alice)).answer).toMatchObject({ factors: ['totp', 'hotp'] })
  for (const code of PRINTED) {
    expect((await show(company, alice, code)).status).toBe(200)
    expect((await show(company, alice, code)).status).toBe(401)
  }
})

test('a code of eight digits is for a token of eight digits', async () => {
  const { company, alice } = await withToken(8)
  expect((await show(company, alice, await codeAt(0, 6))).status).toBe(401)
  expect((await show(company, alice, await codeAt(0, 8))).status).toBe(200)
})

test('ten codes ahead are looked at and not eleven, and what was passed over is spent', async () => {
  const { company, alice } = await withToken()
  expect((await show(company, alice, await codeAt(11))).status).toBe(401)
  expect((await show(company, alice, await codeAt(10))).status).toBe(200)
  expect((await show(company, alice, await codeAt(9))).status).toBe(401)
  expect((await show(company, alice, await codeAt(11))).status).toBe(200)
})

test('two codes in a row find a token again that has run far ahead, and both are spent', async () => {
  const { company, alice } = await withToken()
  const [far, next] = [await codeAt(70), await codeAt(71)]
  expect((await show(company, alice, far)).status).toBe(401)
  expect((await show(company, alice, far, await codeAt(72))).status).toBe(401)
  expect((await show(company, alice, far, next)).status).toBe(200)
  expect((await show(company, alice, next)).status).toBe(401)
  expect((await show(company, alice, await codeAt(72))).status).toBe(200)
})

test('a token that has run a hundred codes ahead is not found again', async () => {
  const { company, alice } = await withToken()
  expect((await show(company, alice, await codeAt(99), await codeAt(100))).status).toBe(401)
  expect((await show(company, alice, await codeAt(98), await codeAt(99))).status).toBe(200)
})

test('one code, shown fifty times at once, opens exactly one session', async () => {
  const { company, alice } = await withToken()
  const { client } = await half(company, alice)
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => {
      const other = company.client()
      other.cookie = client.cookie
      return other.post('/session/factor', { kind: 'hotp', code: PRINTED[0]! })
    }),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  const sessions = company.records.db.selectFrom('sessions').selectAll()
  expect(await sessions.where('stage', '=', 'full').execute()).toHaveLength(1)
})

test('five wrong codes lock the hardware tokens for a minute, and the app still works', async () => {
  const { company, alice } = await withToken()
  for (let attempt = 0; attempt < 5; attempt++) {
    expect((await show(company, alice, await codeAt(500 + attempt))).status).toBe(401)
  }
  company.clock.pass(1)
  const locked = await show(company, alice, PRINTED[0]!)
  expect([locked.status, locked.headers.get('retry-after')]).toEqual([429, '59'])
  expect((await problemOf(locked)).code).toBe('factor/locked')
  await company.signedIn(alice) // a minute later, by the app
  expect((await show(company, alice, PRINTED[0]!)).status).toBe(200)
})
