import { expect, test } from 'vitest'
import { activityAnswer } from '#shared/contract/activity.ts'
import { PosternError } from '#shared/errors.ts'
import { openCompany } from '#test/support/key-company.ts'
import { problemOf } from '#test/support/key-client.ts'
import { signBody, unwrapBody } from '#test/support/key-requests.ts'
import { verifyAudit } from '../audit/verify.ts'
import { switchOn } from '#test/support/switch-on.ts'
import { switchOff } from '../lifecycle/switch-key.ts'
import { Permit } from '../policy/permit.ts'
import { USUAL_TURNS } from './turns.ts'

test("another user's key is answered like one that does not exist, and the token is not asked", async () => {
  const company = await openCompany()
  const alice = await company.signedIn(await company.hire('alice'))
  const bob = await company.hire('bob')
  const calls = [
    ['unwrap', unwrapBody(), bob.encryptKey.id],
    ['unwrap', unwrapBody(), bob.signKey.id],
    ['sign', signBody(), bob.signKey.id],
    ['sign', signBody(), bob.encryptKey.id],
  ] as const
  for (const [verb, body, id] of calls) {
    const foreign = await problemOf(await alice.post(`/keys/${id}/${verb}`, body))
    const absent = await problemOf(await alice.post(`/keys/${'A'.repeat(22)}/${verb}`, body))
    const nonsense = await problemOf(await alice.post(`/keys/nonsense/${verb}`, body))
    expect({ ...foreign, traceId: '' }).toEqual({ ...absent, traceId: '' })
    expect({ ...foreign, traceId: '' }).toEqual({ ...nonsense, traceId: '' })
    expect(foreign).toMatchObject({ status: 404, code: 'key/not-found' })
  }
  expect(company.hsm.calls).toEqual([])
})

test('a key is good for its own purpose only', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  const unwrap = await alice.post(`/keys/${person.signKey.id}/unwrap`, unwrapBody())
  const sign = await alice.post(`/keys/${person.encryptKey.id}/sign`, signBody())
  expect((await problemOf(unwrap)).code).toBe('key/wrong-purpose')
  expect((await problemOf(sign)).code).toBe('key/wrong-purpose')
  const rsa = await alice.post(`/keys/${person.signKey.id}/sign`, {
    ...signBody(),
    signature: 'rsa-pkcs1',
  })
  expect((await problemOf(rsa)).code).toBe('key/wrong-purpose')
  const agreement = await alice.post(`/keys/${person.encryptKey.id}/unwrap`, {
    ...unwrapBody(),
    recipient: {
      kind: 'kari',
      originator: 'AAAA',
      scheme: 'dh-std-sha256',
      wrap: 'aes-256',
      encryptedKey: 'A'.repeat(54),
    },
  })
  expect((await problemOf(agreement)).code).toBe('key/wrong-purpose')
  expect(company.hsm.calls).toEqual([])
})

test('a key that is switched off is refused at once in an open session, and works again after', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  const path = `/keys/${person.encryptKey.id}/unwrap`
  expect((await alice.post(path, unwrapBody())).status).toBe(200)
  expect(await switchOff(company.records, person.encryptKey.id, 'root')).toBe(true)
  expect(await switchOff(company.records, person.encryptKey.id, 'root')).toBe(false)
  const refused = await problemOf(await alice.post(path, unwrapBody()))
  expect(refused).toMatchObject({ status: 403, code: 'key/disabled' })
  expect(company.hsm.calls).toHaveLength(1)
  await switchOn(company.records, person.encryptKey.id, 'root')
  expect((await alice.post(path, unwrapBody())).status).toBe(200)
})

test('what the token answered is not released when the key was switched off meanwhile', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  company.hsm.beforeAnswer = async () => {
    await switchOff(company.records, person.encryptKey.id, 'root')
  }
  const answer = await alice.post(`/keys/${person.encryptKey.id}/unwrap`, unwrapBody())
  expect(await problemOf(answer)).toMatchObject({ status: 403, code: 'key/disabled' })
  expect(company.hsm.calls).toEqual(['unwrap'])
  const { activity } = activityAnswer.parse(await (await alice.get('/activity')).json())
  expect(activity.find(({ what }) => what === 'unwrap')).toMatchObject({
    outcome: 'refused',
    code: 'key/disabled',
    key: person.encryptKey.id,
    device: 'Phone',
  })
})

test('nor when the user signed out meanwhile', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  const twin = company.client()
  twin.cookie = alice.cookie
  company.hsm.beforeAnswer = async () => {
    await twin.delete('/session')
  }
  const answer = await alice.post(`/keys/${person.encryptKey.id}/unwrap`, unwrapBody())
  expect((await problemOf(answer)).code).toBe('session/expired')
})

test('each operation is metered, by kind and outcome', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  await alice.post(`/keys/${person.encryptKey.id}/unwrap`, unwrapBody())
  await alice.post(`/keys/${person.encryptKey.id}/sign`, signBody())
  expect(company.metered).toMatchObject([
    { kind: 'unwrap', outcome: 'done' },
    { kind: 'sign', outcome: 'key/wrong-purpose' },
  ])
})

test('when the records cannot be written any more, nothing is released', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  company.hsm.beforeAnswer = () => company.records.db.destroy()
  const answer = await alice.post(`/keys/${person.encryptKey.id}/unwrap`, unwrapBody())
  expect(await problemOf(answer)).toMatchObject({ status: 503, code: 'audit/unavailable' })
})

test('of a hundred operations at once, the quota lets exactly sixty through in a minute', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  const path = `/keys/${person.encryptKey.id}/unwrap`
  const ask = () => alice.post(path, unwrapBody())
  const answers = await Promise.all(Array.from({ length: 100 }, ask))
  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(60)
  expect(company.hsm.calls).toHaveLength(60)
  company.clock.pass(20)
  const refused = await ask()
  expect(await problemOf(refused)).toMatchObject({ status: 429, code: 'quota/exceeded' })
  expect(refused.headers.get('retry-after')).toBe('40')
  company.clock.pass(40)
  expect((await ask()).status).toBe(200)
})

test('the quota of the day holds when no minute is full', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  await company.records.db.updateTable('keys').set({ perDay: 5 }).execute()
  const alice = await company.signedIn(person)
  const path = `/keys/${person.encryptKey.id}/unwrap`
  for (let count = 0; count < 5; count++) {
    expect((await alice.post(path, unwrapBody())).status).toBe(200)
    company.clock.pass(120)
  }
  const refused = await alice.post(path, unwrapBody())
  expect(await problemOf(refused)).toMatchObject({
    code: 'quota/exceeded',
    retryAfter: 24 * 3600 - 600,
  })
})

test('a token that is away is on record as failed, and said so', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  company.hsm.failure = new PosternError('hsm/unavailable', 'Away.', { retryAfter: 3 })
  const answer = await alice.post(`/keys/${person.encryptKey.id}/unwrap`, unwrapBody())
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '3'])
  const { activity } = activityAnswer.parse(await (await alice.get('/activity')).json())
  expect(activity[0]).toMatchObject({ outcome: 'failed', code: 'hsm/unavailable' })
})

test('of very many operations at once, those beyond a user’s queue are refused, with a time to come again', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  await company.records.db.updateTable('keys').set({ perMinute: 1e6, perDay: 1e6 }).execute()
  const alice = await company.signedIn(person)
  const held = Promise.withResolvers<undefined>()
  company.hsm.beforeAnswer = () => held.promise
  const beyond = 12
  const asked = Array.from({ length: USUAL_TURNS.admittedOfOne + beyond }, () =>
    alice.post(`/keys/${person.encryptKey.id}/unwrap`, unwrapBody()),
  )
  const refused: Response[] = []
  for (const each of asked)
    void each.then((answer) => answer.status === 503 && refused.push(answer))
  await expect.poll(() => refused.length, { timeout: 20_000 }).toBe(beyond)
  held.resolve(undefined)
  for (const answer of refused) expect(answer.headers.get('retry-after')).toBe('1')
  expect(await problemOf(refused[0]!)).toMatchObject({ code: 'service/busy', retryAfter: 1 })
  const answers = await Promise.all(asked)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(USUAL_TURNS.admittedOfOne)
})

test('an operation whose process died is "outcome unknown", and the audit still holds', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  const reached = new Promise<void>((resolve) => {
    company.hsm.beforeAnswer = () => {
      resolve()
      return new Promise(() => undefined) // as if the process had been killed here
    }
  })
  void alice.post(`/keys/${person.encryptKey.id}/unwrap`, unwrapBody())
  await reached
  const { activity } = activityAnswer.parse(await (await alice.get('/activity')).json())
  expect(activity[0]).toMatchObject({ what: 'unwrap', outcome: 'unknown' })
  expect(await verifyAudit(company.records.db)).toMatchObject({
    kind: 'intact',
    unknownOutcomes: 1,
  })
})

test('a retired key opens old mail and signs nothing', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  await company.records.db.updateTable('keys').set({ status: 'retired' }).execute()
  const alice = await company.signedIn(person)
  expect((await alice.post(`/keys/${person.encryptKey.id}/unwrap`, unwrapBody())).status).toBe(200)
  const sign = await alice.post(`/keys/${person.signKey.id}/sign`, signBody())
  expect((await problemOf(sign)).code).toBe('key/retired')
})

test.each([
  ['no body', ''],
  ['no JSON', '{'],
  ['no object', '[]'],
  ['a missing member', JSON.stringify({ ...unwrapBody(), sealTo: undefined })],
  ['a short point', JSON.stringify({ ...unwrapBody(), sealTo: 'AAAA' })],
  ['padded base64', JSON.stringify({ ...unwrapBody(), message: { digest: 'A'.repeat(43) + '=' } })],
  ['an unknown cipher', JSON.stringify({ ...unwrapBody(), content: { algorithm: 'rc2' } })],
])('%s is refused as malformed, and nothing of it comes back', async (_what, body) => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  const answer = await alice.send('POST', `/keys/${person.encryptKey.id}/unwrap`, body)
  expect(await problemOf(answer)).toMatchObject({ status: 400, code: 'request/malformed' })
  expect(company.hsm.calls).toEqual([])
})

test('a body that is too large, or not JSON by its type, is refused', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  const path = `/keys/${person.encryptKey.id}/unwrap`
  const large = await alice.post(path, { ...unwrapBody(), more: 'x'.repeat(20_000) })
  expect((await problemOf(large)).code).toBe('request/too-large')
  const form = await alice.send('POST', path, JSON.stringify(unwrapBody()), {
    'Content-Type': 'text/plain',
  })
  expect((await problemOf(form)).code).toBe('request/malformed')
})

test('a permit is spent once', () => {
  const permit = new Permit(
    'operation',
    {
      action: 'sign',
      keyId: 'key',
      userId: 'user',
      sessionId: 'session',
      digest: '',
      entryDigest: null,
    },
    { id: 'key', purpose: 'sign', algorithm: 'ec-p256' },
  )
  expect(permit.spend().id).toBe('key')
  expect(() => permit.spend()).toThrow(TypeError)
})
