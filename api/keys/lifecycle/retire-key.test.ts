import { expect, test } from 'vitest'
import { openCompany } from '#test/support/key-company.ts'
import { problemOf } from '#test/support/key-client.ts'
import { signBody, unwrapBody } from '#test/support/key-requests.ts'
import { findKey } from '../../storage/keys.ts'
import { retireKey } from './retire-key.ts'
import { switchOff } from './switch-key.ts'

test('a key that is retired signs nothing more, even under way, and is on record once', async () => {
  const { records, hsm, ...company } = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  const id = person.signKey.id
  hsm.beforeAnswer = async () => {
    expect(await retireKey(records, id, 'root')).toBe(true)
  }
  const answer = await alice.post(`/keys/${id}/sign`, signBody())
  expect((await problemOf(answer)).code).toBe('key/retired')
  expect(hsm.calls).toEqual(['sign'])
  expect(await retireKey(records, id, 'root')).toBe(false)
  const entries = records.db.selectFrom('auditEntries').select(['actor', 'userId', 'keyId'])
  expect(await entries.where('action', '=', 'key-retired').execute()).toEqual([
    { actor: 'root', userId: person.user.id, keyId: id },
  ])
})

test('a key that is switched off does not open mail again by being retired', async () => {
  const { records, ...company } = await openCompany()
  const person = await company.hire('alice')
  const alice = await company.signedIn(person)
  const id = person.encryptKey.id
  await switchOff(records, id, 'root')
  expect(await retireKey(records, id, 'root')).toBe(true)
  expect(await findKey(records.db, id)).toMatchObject({ status: 'retired-disabled' })
  const answer = await alice.post(`/keys/${id}/unwrap`, unwrapBody())
  expect((await problemOf(answer)).code).toBe('key/disabled')
})
