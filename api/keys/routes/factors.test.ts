import { expect, test } from 'vitest'
import type { FactorProof } from '#shared/contract/factor-proof.ts'
import { activityAnswer } from '#shared/contract/activity.ts'
import { addFactorAnswer, factorsAnswer, recoveryCodesAnswer } from '#shared/contract/factors.ts'
import { type KeyCompany, openCompany, type Person } from '#test/support/key-company.ts'
import { type KeyClient, problemOf } from '#test/support/key-client.ts'
import { currentCode, hotpCode } from '../auth/one-time-code.ts'

const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

async function factorsOf(client: KeyClient) {
  return factorsAnswer.parse(await (await client.get('/session/factors')).json())
}

/** A code of the app that was never shown. */
async function fresh(company: KeyCompany, { seed }: { seed: string }): Promise<FactorProof> {
  company.clock.pass(60)
  return { kind: 'totp', code: await currentCode(seed, company.clock.read()) }
}

async function signIn(company: KeyCompany, { password }: Person, proof: FactorProof) {
  const client = company.client()
  await client.post('/session/password', { username: 'alice', password })
  return client.post('/session/factor', proof)
}

async function begin() {
  const company = await openCompany()
  const alice = await company.hire('alice')
  return { company, alice, client: await company.signedIn(alice) }
}

async function addToken(company: KeyCompany, alice: Person, client: KeyClient) {
  const proof = await fresh(company, alice)
  const token = { kind: 'hotp', name: 'Key ring', seed: SEED.toLowerCase(), proof }
  return addFactorAnswer.parse(await (await client.post('/session/factors', token)).json()).factor
}

async function addApp(company: KeyCompany, alice: Person, client: KeyClient) {
  const app = { kind: 'totp', name: 'Tablet', proof: await fresh(company, alice) }
  const answer = await client.post('/session/factors', app)
  expect(answer.status).toBe(201)
  return addFactorAnswer.parse(await answer.json())
}

test('the user sees what they sign in with, when it last worked, and nobody else’s', async () => {
  const { company, alice, client } = await begin()
  await company.hire('bob')
  await addToken(company, alice, client)
  const { factors, recoveryCodes } = await factorsOf(client)
  const seen = factors.map(({ kind, name, lastUsedAt }) => [kind, name, lastUsedAt])
  expect(seen).toEqual([
    ['totp', 'Authenticator app', company.clock.read().toISOString()],
    ['hotp', 'Key ring', null],
  ])
  expect(recoveryCodes).toBe(0)
  expect((await company.client().get('/session/factors')).status).toBe(401)
})

test('a second app is enrolled by a code of the first, and both open sessions', async () => {
  const { company, alice, client } = await begin()
  const { seed, uri } = await addApp(company, alice, client)
  expect(uri).toBe(`otpauth://totp/Postern:alice?secret=${seed!}&issuer=Postern`)
  expect((await signIn(company, alice, await fresh(company, { seed: seed! }))).status).toBe(200)
  expect((await signIn(company, alice, await fresh(company, alice))).status).toBe(200)
})

test('without a factor that is shown now nothing is changed: an old code and a wrong one are refused', async () => {
  const { company, alice, client } = await begin()
  const used = { kind: 'totp', code: await company.codeOf(alice) } as const // by signing in
  const before = await factorsOf(client)
  const id = before.factors[0]!.id
  const calls = [
    client.post('/session/factors', { kind: 'totp', name: 'Tablet', proof: used }),
    client.post(`/session/factors/${id}/removal`, { proof: used }),
    client.post('/session/recovery-codes', { proof: used }),
  ]
  for (const call of calls) expect((await problemOf(await call)).code).toBe('factor/rejected')
  const bare = await client.post('/session/factors', { kind: 'totp', name: 'Tablet' })
  expect((await problemOf(bare)).code).toBe('request/malformed')
  expect(await factorsOf(client)).toEqual(before)
})

test('one proof, shown with fifty requests at once, enrols exactly one factor', async () => {
  const { company, alice, client } = await begin()
  const proof = await fresh(company, alice)
  const answers = await Promise.all(
    Array.from({ length: 50 }, () =>
      client.post('/session/factors', { kind: 'totp', name: 'Tablet', proof }),
    ),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect((await factorsOf(client)).factors).toHaveLength(2)
})

test('a factor goes for one that is shown, but never the last that has proven to work', async () => {
  const { company, alice, client } = await begin()
  const [first] = (await factorsOf(client)).factors
  const remove = async (id: string, proof: FactorProof) =>
    client.post(`/session/factors/${id}/removal`, { proof })
  const alone = await remove(first!.id, await fresh(company, alice))
  expect(await problemOf(alone)).toMatchObject({ status: 409, code: 'factor/last' })
  const token = await addToken(company, alice, client)
  const untried = await remove(first!.id, await fresh(company, alice))
  expect((await problemOf(untried)).code).toBe('factor/last')
  const code = await hotpCode({ seed: SEED, counter: 0, digits: 6 })
  expect((await remove(first!.id, { kind: 'hotp', code })).status).toBe(204)
  expect((await factorsOf(client)).factors.map(({ id }) => id)).toEqual([token.id])
  expect((await signIn(company, alice, await fresh(company, alice))).status).toBe(401)
})

test('a hardware token brings two codes: they tell that its seed is right, and where it stands', async () => {
  const { company, alice, client } = await begin()
  const proof = await fresh(company, alice)
  const codeAt = (counter: number) => hotpCode({ seed: SEED, counter, digits: 6 })
  const add = (codes: string[]) =>
    client.post('/session/factors', { kind: 'hotp', name: 'Key ring', seed: SEED, codes, proof })
  const wrong = await add([await codeAt(40), await codeAt(42)])
  expect((await problemOf(wrong)).code).toBe('request/malformed')
  const added = await add([await codeAt(40), await codeAt(41)]) // the proof was not spent
  expect(addFactorAnswer.parse(await added.json()).factor.lastUsedAt).not.toBeNull()
  const used = await signIn(company, alice, { kind: 'hotp', code: await codeAt(41) })
  expect(used.status).toBe(401)
  const next = await signIn(company, alice, { kind: 'hotp', code: await codeAt(42) })
  expect(next.status).toBe(200)
})

test('another user’s factor is not found, and no code is spent on it', async () => {
  const { company, alice, client } = await begin()
  const bob = await company.signedIn(await company.hire('bob'))
  const [his] = (await factorsOf(bob)).factors
  const proof = await fresh(company, alice)
  const foreign = await client.post(`/session/factors/${his!.id}/removal`, { proof })
  expect((await problemOf(foreign)).code).toBe('request/not-found')
  expect((await signIn(company, alice, proof)).status).toBe(200)
})

test('a recovery code, typed as it was written down, opens a session once', async () => {
  const { company, alice, client } = await begin()
  const asked = await client.post('/session/recovery-codes', { proof: await fresh(company, alice) })
  const { codes } = recoveryCodesAnswer.parse(await asked.json())
  expect(new Set(codes).size).toBe(10)
  expect((await factorsOf(client)).recoveryCodes).toBe(10)
  const typed = codes[0]!.toLowerCase().replaceAll('-', ' ')
  expect((await signIn(company, alice, { kind: 'recovery', code: typed })).status).toBe(200)
  expect((await signIn(company, alice, { kind: 'recovery', code: codes[0]! })).status).toBe(401)
  expect((await factorsOf(client)).recoveryCodes).toBe(9)
  const stored = await company.records.db.selectFrom('recoveryCodes').selectAll().execute()
  expect(JSON.stringify(stored)).not.toContain(codes[1]!.replaceAll('-', ''))
})

test('new recovery codes take the place of the earlier ones', async () => {
  const { company, alice, client } = await begin()
  const make = async () => {
    const answer = await client.post('/session/recovery-codes', {
      proof: await fresh(company, alice),
    })
    return recoveryCodesAnswer.parse(await answer.json()).codes
  }
  const [old] = await make()
  const [code] = await make()
  expect((await signIn(company, alice, { kind: 'recovery', code: old! })).status).toBe(401)
  expect((await signIn(company, alice, { kind: 'recovery', code: code! })).status).toBe(200)
})

test('the user’s own log tells of every change', async () => {
  const { company, alice, client } = await begin()
  await addToken(company, alice, client)
  await client.post('/session/recovery-codes', { proof: await fresh(company, alice) })
  const { activity } = activityAnswer.parse(await (await client.get('/activity')).json())
  expect(activity.slice(0, 2)).toMatchObject([
    { what: 'recovery-codes-made', outcome: 'done', device: 'Phone' },
    { what: 'factor-added', outcome: 'done', device: 'Phone' },
  ])
})
