import { expect, test } from 'vitest'
import { openCompany, type KeyCompany, type Person } from '#test/support/key-company.ts'
import { problemOf } from '#test/support/key-client.ts'

async function fresh(company: KeyCompany, alice: Person) {
  company.clock.pass(60)
  return { kind: 'totp', code: await company.codeOf(alice) }
}

async function begin() {
  const company = await openCompany()
  const alice = await company.hire('alice')
  return { company, alice, client: await company.signedIn(alice) }
}

const passwordOpens = async (company: KeyCompany, password: string) =>
  (await company.client().post('/session/password', { username: 'alice', password })).status === 200

test('the password changes for the present one and a code, and other sessions end', async () => {
  const { company, alice, client } = await begin()
  const other = await company.signedIn(alice)
  const password = 'another password of alice'
  const asked = { current: alice.password, password, proof: await fresh(company, alice) }
  expect((await client.post('/session/password-change', asked)).status).toBe(204)
  expect(await passwordOpens(company, alice.password)).toBe(false)
  expect(await passwordOpens(company, password)).toBe(true)
  expect((await client.get('/session')).status).toBe(200)
  expect((await problemOf(await other.get('/session'))).code).toBe('session/expired')
})

test('a wrong password, a code that was used, and a short new password change nothing', async () => {
  const { company, alice, client } = await begin()
  const used = { kind: 'totp', code: await company.codeOf(alice) }
  const asked = { current: alice.password, password: 'another password', proof: used }
  const change = async (body: object) =>
    (await problemOf(await client.post('/session/password-change', { ...asked, ...body }))).code
  expect(await change({})).toBe('factor/rejected')
  const proof = await fresh(company, alice)
  expect(await change({ proof, current: 'not it' })).toBe('factor/rejected')
  expect(await change({ proof, password: '1234567' })).toBe('request/malformed')
  expect(await passwordOpens(company, alice.password)).toBe(true)
})

test('who holds a session guesses at the password as little as anybody else', async () => {
  const { company, alice, client } = await begin()
  const proof = await fresh(company, alice)
  const codes: string[] = []
  for (let attempt = 0; attempt < 6; attempt++) {
    const asked = { current: `guess ${attempt}`, password: 'another password', proof }
    codes.push((await problemOf(await client.post('/session/password-change', asked))).code)
  }
  expect(codes).toEqual([...Array<string>(5).fill('factor/rejected'), 'factor/locked'])
})
