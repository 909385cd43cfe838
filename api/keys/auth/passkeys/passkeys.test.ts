import { expect, test } from 'vitest'
import { addFactorAnswer, factorsAnswer } from '#shared/contract/factors.ts'
import { signInAnswer } from '#shared/contract/session.ts'
import { type KeyCompany, openCompany, type Person } from '#test/support/key-company.ts'
import { type KeyClient, problemOf } from '#test/support/key-client.ts'
import {
  addPasskey,
  beginPasskey,
  challengePasskey,
  signedInWithPasskey,
} from '#test/support/passkey-steps.ts'
import { type Lie, SoftAuthenticator } from '#test/support/soft-authenticator.ts'
import { resetSignIn } from '../../enrolment/hand-out-code.ts'
import { byOperator } from '../../lifecycle/by.ts'

const ORIGIN = 'http://localhost'

async function half(company: KeyCompany, { user, password }: Person): Promise<KeyClient> {
  const client = company.client()
  await client.post('/session/password', { username: user.username, password })
  return client
}

/** Alice, signed in, with a passkey that she has enrolled. */
async function withPasskey() {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const { client, device, added } = await signedInWithPasskey(company, alice)
  const { factor } = addFactorAnswer.parse(await added.json())
  return { company, alice, client, device, factor }
}

async function signIn(company: KeyCompany, person: Person, device: SoftAuthenticator, lie?: Lie) {
  const client = await half(company, person)
  return client.post('/session/factor', device.get(await challengePasskey(client), lie))
}

/** Shows the passkey in an open session, for what takes a fresh proof. */
async function prove(client: KeyClient, device: SoftAuthenticator, lie?: Lie): Promise<number> {
  const proof = device.get(await challengePasskey(client), lie)
  const answer = await client.post('/session/recovery-codes', { proof })
  if (answer.status === 401) expect((await problemOf(answer)).code).toBe('factor/rejected')
  return answer.status
}

async function audited(company: KeyCompany, action: 'passkey-copied' | 'factor-added') {
  const entries = company.records.db.selectFrom('auditEntries').select(['outcome', 'code'])
  return entries.where('action', '=', action).execute()
}

test('a passkey is enrolled by a code, and then opens sessions instead of codes', async () => {
  const { company, alice, client, device, factor } = await withPasskey()
  expect(factor).toMatchObject({ kind: 'passkey', name: 'Phone', lastUsedAt: null })
  const password = await company
    .client()
    .post('/session/password', { username: 'alice', password: alice.password })
  const asked = signInAnswer.parse(await password.json())
  expect(asked).toEqual({ state: 'factor-required', factors: ['totp', 'passkey'] })
  for (let times = 0; times < 2; times++) {
    expect((await signIn(company, alice, device)).status).toBe(200)
  }
  const { factors } = factorsAnswer.parse(await (await client.get('/session/factors')).json())
  expect(factors.find(({ kind }) => kind === 'passkey')?.lastUsedAt).not.toBeNull()
})

test('the browser is asked to verify the user, for our name, and to make none twice', async () => {
  const { company, alice, client, device } = await withPasskey()
  const { options } = await beginPasskey(company, client, alice)
  expect(options).toMatchObject({
    rp: { id: 'localhost' },
    attestation: 'none',
    authenticatorSelection: { userVerification: 'required' },
    excludeCredentials: [{ type: 'public-key', id: device.id, transports: ['usb'] }],
  })
  expect(JSON.stringify(options.user.id)).not.toContain('alice')
  const shown = await challengePasskey(await half(company, alice))
  expect(shown.options).toMatchObject({ rpId: 'localhost', userVerification: 'required' })
  expect(shown.options.allowCredentials.map(({ id }) => id)).toEqual([device.id])
})

const LIES: readonly Lie[] = [
  { origin: 'http://localhost:8026' },
  { rpId: 'localhost.example.com' },
  { challenge: 'A'.repeat(43) },
  { type: 'payment.get' },
  { unverified: true },
]

test('an answer from another origin, for another name or account, over another challenge, or without asking who is there is refused', async () => {
  const { client, device } = await withPasskey()
  for (const lie of [...LIES, { type: 'webauthn.create' }, { userHandle: 'Ym9i' }]) {
    expect([lie, await prove(client, device, lie)]).toEqual([lie, 401])
    expect(await prove(client, device)).toBe(201)
  }
})

test('a new passkey with such an answer is not enrolled', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const client = await company.signedIn(alice)
  const device = new SoftAuthenticator(ORIGIN)
  const begun = await beginPasskey(company, client, alice)
  for (const lie of [...LIES, { type: 'webauthn.get' }]) {
    const refused = await addPasskey(client, device.create(begun, lie))
    expect([lie, (await problemOf(refused)).code]).toEqual([lie, 'factor/rejected'])
  }
  expect((await addPasskey(client, device.create(begun))).status).toBe(201)
  expect((await addPasskey(client, device.create(begun))).status).toBe(401) // the challenge is used up
  const outcomes = (await audited(company, 'factor-added')).map(({ outcome }) => outcome)
  const refusals = Array<string>(LIES.length + 1).fill('refused')
  expect(outcomes).toEqual(['done', ...refusals, 'done', 'refused']) // the first is alice's app
})

test('who began anew is found with no passkey that was begun before', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const client = await company.signedIn(alice)
  const { challenge, options } = await beginPasskey(company, client, alice)
  const { records } = company
  await resetSignIn(records, alice.user.id, byOperator('root'))
  const ended = records.db.updateTable('sessions').set({ endedAt: null })
  await ended.execute() // as if the session had been looked at a moment before
  const late = await addPasskey(
    client,
    new SoftAuthenticator(ORIGIN).create({ challenge, options }),
  )
  expect((await problemOf(late)).code).toBe('factor/rejected')
})

test('an answer opens one session, also when it is shown fifty times at once', async () => {
  const { company, alice, device } = await withPasskey()
  const client = await half(company, alice)
  const proof = device.get(await challengePasskey(client))
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => {
      const other = company.client()
      other.cookie = client.cookie
      return other.post('/session/factor', proof)
    }),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
})

test('an answer is good in the session that was asked, for five minutes', async () => {
  const { company, alice, device } = await withPasskey()
  const [one, other] = [await half(company, alice), await half(company, alice)]
  const proof = device.get(await challengePasskey(one))
  expect((await other.post('/session/factor', proof)).status).toBe(401)
  expect((await one.post('/session/factor', proof)).status).toBe(200)
  const signedIn = await company.signedIn(alice)
  const late = device.get(await challengePasskey(signedIn))
  company.clock.pass(5 * 60)
  const asked = await signedIn.post('/session/recovery-codes', { proof: late })
  expect((await problemOf(asked)).code).toBe('factor/rejected')
})

test('a challenge to enrol is no challenge to sign in, and the other way round', async () => {
  const { company, alice, client, device } = await withPasskey()
  const begun = await beginPasskey(company, client, alice)
  const shown = await challengePasskey(client)
  const crossed = device.get({ ...shown, challenge: begun.challenge })
  const proven = await client.post('/session/recovery-codes', { proof: crossed })
  expect((await problemOf(proven)).code).toBe('factor/rejected')
  const other = new SoftAuthenticator(ORIGIN).create({ ...begun, challenge: shown.challenge })
  expect((await problemOf(await addPasskey(client, other))).code).toBe('factor/rejected')
})

test('a counter that went back is refused, and the audit tells that there may be a copy', async () => {
  const { company, client, device } = await withPasskey()
  expect(await prove(client, device, { counter: 7 })).toBe(201)
  for (const counter of [7, 3, 0]) expect(await prove(client, device, { counter })).toBe(401)
  const refused = { outcome: 'refused', code: 'factor/rejected' }
  expect(await audited(company, 'passkey-copied')).toEqual([refused, refused, refused])
  expect(await prove(client, device, { counter: 8 })).toBe(201)
})

test('an authenticator that does not count may be used again and again', async () => {
  const { client, device } = await withPasskey()
  for (const counter of [0, 0, 0xffffffff])
    expect(await prove(client, device, { counter })).toBe(201)
})

test('another user’s passkey opens nothing, and is enrolled for nobody else', async () => {
  const { company, alice, device } = await withPasskey()
  const bob = await company.hire('bob')
  expect((await signIn(company, bob, device, { userHandle: '' })).status).toBe(401)
  const client = await company.signedIn(bob)
  const stolen = device.create(await beginPasskey(company, client, bob))
  expect((await problemOf(await addPasskey(client, stolen))).code).toBe('request/repeated')
  const restored = await signIn(company, alice, device, { userHandle: '' })
  expect(restored.status).toBe(200) // a security key may leave the account out
})

test('a passkey is a fresh proof: it makes recovery codes, and goes by itself', async () => {
  const { client, device, factor } = await withPasskey()
  expect(await prove(client, device)).toBe(201)
  const proof = device.get(await challengePasskey(client))
  expect((await client.post(`/session/factors/${factor.id}/removal`, { proof })).status).toBe(204)
  const { factors } = factorsAnswer.parse(await (await client.get('/session/factors')).json())
  expect(factors.map(({ kind }) => kind)).toEqual(['totp'])
})

test('without a factor that is shown now no passkey is begun', async () => {
  const { company, alice, client } = await withPasskey()
  const used = { kind: 'totp', code: await company.codeOf(alice) }
  const answer = await client.post('/session/passkey-registrations', { proof: used })
  expect((await problemOf(answer)).code).toBe('factor/rejected')
  expect((await company.client().post('/session/passkey-challenges')).status).toBe(401)
  const halfway = await (await half(company, alice)).post('/session/passkey-registrations', {})
  expect((await problemOf(halfway)).code).toBe('factor/required')
})

test('wrong answers lock the passkeys as codes are locked', async () => {
  const { company, alice, client, device } = await withPasskey()
  for (let times = 0; times < 5; times++) {
    expect(await prove(client, device, { unverified: true })).toBe(401)
  }
  const locked = await signIn(company, alice, device)
  expect([locked.status, locked.headers.get('retry-after')]).toEqual([429, '60'])
  await company.signedIn(alice) // a minute later, by the app
})

test('a session has twenty open challenges at most, until they have run out', async () => {
  const { company, alice } = await withPasskey()
  const client = await half(company, alice)
  for (let times = 0; times < 20; times++) await challengePasskey(client)
  const refused = await client.post('/session/passkey-challenges')
  expect(await problemOf(refused)).toMatchObject({ code: 'quota/exceeded', retryAfter: 300 })
  company.clock.pass(301)
  await challengePasskey(await half(company, alice))
  const left = await company.records.db.selectFrom('ceremonies').selectAll().execute()
  expect(left).toHaveLength(1)
})

test('passkeys belong to a name: by an address, or by a name that is the caller’s word, there are none', async () => {
  const { company, alice } = await withPasskey()
  const client = await half(company, alice)
  for (const host of [
    '127.0.0.1:8025',
    '[::1]:8025',
    'evil.example',
    '',
    'localhost.example.com',
  ]) {
    const answer = await client.send('POST', '/session/passkey-challenges', '{}', { host })
    const { code, detail } = await problemOf(answer)
    expect([host, code]).toEqual([host, 'policy/denied'])
    expect(detail).toContain('http://localhost')
  }
})
