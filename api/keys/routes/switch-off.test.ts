import { expect, test } from 'vitest'
import { activityAnswer } from '#shared/contract/activity.ts'
import { switchOffAnswer } from '#shared/contract/keys.ts'
import { sessionSchema } from '#shared/contract/session.ts'
import { type KeyClient, problemOf } from '#test/support/key-client.ts'
import { openCompany } from '#test/support/key-company.ts'
import { signBody, unwrapBody } from '#test/support/key-requests.ts'
import { findKey } from '../../storage/keys.ts'

async function switchOwnOff(client: KeyClient): Promise<string[]> {
  const answer = await client.send('POST', '/keys/switch-off')
  expect(answer.status).toBe(200)
  return switchOffAnswer.parse(await answer.json()).keys
}

test('a user switches their own keys off at once, and nobody else’s', async () => {
  const company = await openCompany()
  const [person, other] = [await company.hire('alice'), await company.hire('bob')]
  const [alice, bob] = [await company.signedIn(person), await company.signedIn(other)]
  const own = [person.encryptKey.id, person.signKey.id].sort()
  expect((await switchOwnOff(alice)).sort()).toEqual(own)
  const unwrap = await alice.post(`/keys/${person.encryptKey.id}/unwrap`, unwrapBody())
  const sign = await alice.post(`/keys/${person.signKey.id}/sign`, signBody())
  expect((await problemOf(unwrap)).code).toBe('key/disabled')
  expect((await problemOf(sign)).code).toBe('key/disabled')
  expect(company.hsm.calls).toEqual([])
  const bobs = await bob.post(`/keys/${other.encryptKey.id}/unwrap`, unwrapBody())
  expect(bobs.status).toBe(200)
  expect(await switchOwnOff(alice)).toEqual([])
})

test('each key is on record, with the session that did it and no actor', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  const { id: sessionId } = sessionSchema.parse(await (await alice.get('/session')).json())
  await switchOwnOff(alice)
  const entries = await company.records.db
    .selectFrom('auditEntries')
    .select(['keyId', 'userId', 'sessionId', 'actor', 'outcome'])
    .where('action', '=', 'key-switched-off')
    .orderBy('keyId')
    .execute()
  const by = { userId: person.user.id, sessionId, actor: null, outcome: 'done' }
  const own = [person.encryptKey.id, person.signKey.id].sort()
  expect(entries).toEqual(own.map((keyId) => ({ keyId, ...by })))
  const { activity } = activityAnswer.parse(await (await alice.get('/activity')).json())
  expect(activity[0]).toMatchObject({ what: 'key-switched-off', device: 'Phone' })
})

test('an operation under way is not released', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  company.hsm.beforeAnswer = async () => {
    await switchOwnOff(alice)
  }
  const answer = await alice.post(`/keys/${person.encryptKey.id}/unwrap`, unwrapBody())
  expect(await problemOf(answer)).toMatchObject({ status: 403, code: 'key/disabled' })
  expect(company.hsm.calls).toEqual(['unwrap'])
})

test('a retired key is switched off too, and opens old mail no more', async () => {
  const company = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  const keys = company.records.db.updateTable('keys').set({ status: 'retired' })
  await keys.where('id', '=', person.encryptKey.id).execute()
  const both = [person.encryptKey.id, person.signKey.id].sort()
  expect((await switchOwnOff(alice)).sort()).toEqual(both)
  const unwrap = await alice.post(`/keys/${person.encryptKey.id}/unwrap`, unwrapBody())
  expect((await problemOf(unwrap)).code).toBe('key/disabled')
  expect(await findKey(company.records.db, person.encryptKey.id)).toMatchObject({
    status: 'retired-disabled',
  })
})

test('a body that is larger than any call has is not read, though its idempotency key is', async () => {
  const company = await openCompany()
  const alice = await company.signedIn(await company.hire('alice'))
  const large = 'x'.repeat(2 * 1024 * 1024)
  for (const path of ['/keys/switch-off', '/approvals']) {
    const refused = await alice.send('POST', path, large, { 'Idempotency-Key': path })
    expect([path, (await problemOf(refused)).code]).toEqual([path, 'request/too-large'])
  }
})

test('whoever has shown only the password switches nothing', async () => {
  const company = await openCompany()
  const { user, password, signKey } = await company.hire('alice')
  const half = company.client()
  await half.post('/session/password', { username: user.username, password })
  const answer = await half.send('POST', '/keys/switch-off')
  expect((await problemOf(answer)).code).toBe('factor/required')
  const rows = company.records.db.selectFrom('keys').select('status')
  expect(await rows.where('id', '=', signKey.id).execute()).toEqual([{ status: 'active' }])
})
