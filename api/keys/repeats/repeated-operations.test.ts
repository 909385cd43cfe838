import { afterAll, beforeAll, expect, test } from 'vitest'
import { type KeyClient, problemOf } from '#test/support/key-client.ts'
import { type KeyCompany, openCompany, type Person } from '#test/support/key-company.ts'
import { setPolicy } from '#test/support/key-policy.ts'
import { signBody, unwrapBody } from '#test/support/key-requests.ts'
import { switchOn } from '#test/support/switch-on.ts'
import { switchOff } from '../lifecycle/switch-key.ts'

let company: KeyCompany
let alice: Person
let client: KeyClient
beforeAll(async () => {
  company = await openCompany()
  alice = await company.hire('alice')
  client = await company.signedIn(alice)
})
afterAll(() => company.records.db.destroy())

const ask = (path: string, body: object, key: string) =>
  client.send('POST', path, JSON.stringify(body), { 'Idempotency-Key': key })

async function count(action: 'sign' | 'unwrap' | 'recovery-codes-made'): Promise<number> {
  const entries = company.records.db.selectFrom('auditEntries').select('operation')
  const rows = await entries.where('action', '=', action).where('phase', '!=', 'result').execute()
  return rows.length
}

test('a signature that was lost on the way is told again, with one operation on record', async () => {
  const path = `/keys/${alice.signKey.id}/sign`
  const body = signBody()
  const first: unknown = await (await ask(path, body, 'lost')).json()
  expect(await (await ask(path, body, 'lost')).json()).toEqual(first)
  expect((await problemOf(await ask(path, signBody(), 'lost'))).code).toBe('request/repeated')
  expect(await count('sign')).toBe(1)
})

test('of a key that is switched off, no earlier answer is told again either', async () => {
  const { id } = alice.encryptKey
  const { sealTo, ...entry } = unwrapBody()
  const alone = () => ask(`/keys/${id}/unwrap`, { ...entry, sealTo }, 'off-alone')
  const entries = [id, alice.signKey.id, 'A'.repeat(22)].map((key) => ({ ...entry, key }))
  const batch = () => ask('/keys/unwrap', { entries, sealTo }, 'off-batch')
  const told = [await (await alone()).text(), await (await batch()).text()]
  await switchOff(company.records, id, 'root')
  for (const again of [alone, batch])
    expect((await problemOf(await again())).code).toBe('key/disabled')
  await switchOn(company.records, id, 'root')
  expect([await (await alone()).text(), await (await batch()).text()]).toEqual(told)
  expect(await count('unwrap')).toBe(4) // two of them refused
})

test('recovery codes and approvals are made once for a key, and told once', async () => {
  await setPolicy(company, alice.signKey, { approval: 'each-use' })
  const digests = [signBody().digest.value]
  company.clock.pass(60)
  const proof = { kind: 'totp', code: await company.codeOf(alice) }
  const approval = { operation: 'sign', key: alice.signKey.id, digests, proof }
  expect((await ask('/approvals', approval, 'approve')).status).toBe(201)
  expect((await problemOf(await ask('/approvals', approval, 'approve'))).code).toBe(
    'request/repeated',
  )
  company.clock.pass(60)
  const codes = { proof: { kind: 'totp', code: await company.codeOf(alice) } }
  const made = await ask('/session/recovery-codes', codes, 'codes')
  const { codes: told } = (await made.json()) as { codes: string[] }
  const again = await problemOf(await ask('/session/recovery-codes', codes, 'codes'))
  expect(again.code).toBe('request/repeated')
  expect(await count('recovery-codes-made')).toBe(1)
  const kept = JSON.stringify(await company.records.db.selectFrom('repeats').selectAll().execute())
  for (const code of told) expect(kept).not.toContain(code)
})

test('a key that is none is refused', async () => {
  const refused = await ask(`/keys/${alice.signKey.id}/sign`, signBody(), 'a b')
  expect((await problemOf(refused)).code).toBe('request/malformed')
})
