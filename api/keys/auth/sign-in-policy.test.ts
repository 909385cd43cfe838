import { expect, test } from 'vitest'
import {
  type SignInPolicy,
  signInLoosens,
  signInPolicySchema,
} from '#shared/contract/admin/sign-in-policy.ts'
import { factorsAnswer } from '#shared/contract/factors.ts'
import { sessionSchema } from '#shared/contract/session.ts'
import { type KeyCompany, openCompany, type Person } from '#test/support/key-company.ts'
import { problemOf } from '#test/support/key-client.ts'
import { putSetting } from '../../storage/settings.ts'

const MINUTE = 60

async function decide({ records, clock }: KeyCompany, policy: Partial<SignInPolicy>) {
  const changedAt = clock.read().toISOString()
  await putSetting(records.db, { section: 'signIn', value: JSON.stringify(policy), changedAt })
}

async function fresh(company: KeyCompany, person: Person) {
  company.clock.pass(60)
  return { kind: 'totp', code: await company.codeOf(person) }
}

test('the times of the company hold for open sessions at once, shorter and longer', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const client = await company.signedIn(alice)
  company.clock.pass(10 * MINUTE)
  await decide(company, { idleMinutes: 5 })
  expect((await problemOf(await client.get('/keys'))).code).toBe('session/expired')
  await decide(company, { idleMinutes: 60, absoluteHours: 1 })
  expect((await client.get('/keys')).status).toBe(200)
  const session = sessionSchema.parse(await (await client.get('/session')).json())
  const left = Date.parse(session.absoluteExpiresAt) - Date.parse(session.now)
  expect(left).toBe(50 * MINUTE * 1000)
  company.clock.pass(50 * MINUTE)
  expect((await problemOf(await client.get('/keys'))).code).toBe('session/expired')
})

test('no session lives longer than the server was started with', async () => {
  const company = await openCompany()
  await decide(company, { idleMinutes: 24 * 60, absoluteHours: 7 * 24 })
  Object.assign(company.deps.session, { idleSeconds: 30 })
  const client = await company.signedIn(await company.hire('alice'))
  company.clock.pass(30)
  expect((await problemOf(await client.get('/keys'))).code).toBe('session/expired')
})

test('a kind that the company takes no more opens nothing, enrols nothing, and ends what it opened', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const client = await company.signedIn(alice)
  await decide(company, { factors: ['hotp'] })
  expect((await problemOf(await client.get('/keys'))).code).toBe('session/expired')
  const half = company.client()
  const login = { username: 'alice', password: alice.password }
  const refused = await problemOf(await half.post('/session/password', login))
  expect(refused.code).toBe('policy/denied')
  await decide(company, {})
  await half.post('/session/password', login)
  await decide(company, { factors: ['hotp'] })
  const proof = await fresh(company, alice)
  expect((await problemOf(await half.post('/session/factor', proof))).code).toBe('policy/denied')
  await decide(company, { factors: ['totp'] })
  const token = { kind: 'hotp', name: 'Key ring', seed: 'A'.repeat(32), proof }
  const added = await client.post('/session/factors', token)
  expect((await problemOf(added)).code).toBe('policy/denied')
  const begun = await client.post('/session/passkey-registrations', { proof })
  expect((await problemOf(begun)).code).toBe('policy/denied')
  expect((await client.post('/session/recovery-codes', { proof })).status).toBe(201) // unspent so far
})

test('recovery codes are made and taken where the company allows them', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const client = await company.signedIn(alice)
  await decide(company, { recoveryCodes: false, leastPassword: 12 })
  const proof = await fresh(company, alice)
  const made = await client.post('/session/recovery-codes', { proof })
  expect((await problemOf(made)).code).toBe('policy/denied')
  const { allowed } = factorsAnswer.parse(await (await client.get('/session/factors')).json())
  expect(allowed).toMatchObject({ recoveryCodes: false, leastPassword: 12 })
  const change = { current: alice.password, password: 'eleven long', proof }
  const short = await problemOf(await client.post('/session/password-change', change))
  expect(short).toMatchObject({ code: 'request/malformed' })
  expect(short.detail).toContain('12 characters')
  const long = { ...change, password: 'twelve chars' }
  expect((await client.post('/session/password-change', long)).status).toBe(204)
})

test('a policy that cannot be read lets nobody in', async () => {
  const company = await openCompany()
  const client = await company.signedIn(await company.hire('alice'))
  await decide(company, { idleMinutes: 0 })
  expect((await client.get('/keys')).status).toBe(500)
})

test('what lets somebody in, or stay, who could not before is a loosening', () => {
  const before = signInPolicySchema.parse({
    factors: ['passkey', 'totp'],
    recoveryCodes: false,
    passwords: false,
    leastPassword: 10,
  })
  const loosens = (change: Partial<SignInPolicy>) => signInLoosens(before, { ...before, ...change })
  const looser: Partial<SignInPolicy>[] = [
    { factors: ['passkey', 'hotp'] },
    { recoveryCodes: true },
    { idleMinutes: 16 },
    { absoluteHours: 13 },
    { passwords: true },
    { leastPassword: 9 },
    { openIdCountsAs: 'both' },
    { openIdLinksByAddress: true },
  ]
  for (const change of looser) expect([change, loosens(change)]).toEqual([change, true])
  const tighter = { factors: ['passkey'], idleMinutes: 1, absoluteHours: 1, leastPassword: 20 }
  expect(loosens(signInPolicySchema.parse({ ...before, ...tighter }))).toBe(false)
  expect(loosens({})).toBe(false)
})
