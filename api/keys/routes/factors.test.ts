import { expect, test } from 'vitest'
import { factorsAnswer } from '#shared/contract/factors.ts'
import { openCompany } from '#test/support/key-company.ts'
import type { KeyClient } from '#test/support/key-client.ts'
import { enrolHotp } from '../lifecycle/factors.ts'

const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

async function factorsOf(client: KeyClient) {
  return factorsAnswer.parse(await (await client.get('/session/factors')).json())
}

test('the user sees what they sign in with, when it last worked, and nobody else’s', async () => {
  const company = await openCompany()
  const [alice, bob] = [await company.hire('alice'), await company.hire('bob')]
  const token = { name: 'Key ring', seed: SEED, counter: 7, digits: 6 }
  await enrolHotp(company.deps, alice.user, token)
  const client = await company.signedIn(alice)
  const { factors } = await factorsOf(client)
  expect(factors.map(({ kind, name }) => [kind, name])).toEqual(
    expect.arrayContaining([
      ['totp', 'Authenticator app'],
      ['hotp', 'Key ring'],
    ]),
  )
  expect(factors).toHaveLength(2)
  const used = Object.fromEntries(factors.map(({ kind, lastUsedAt }) => [kind, lastUsedAt]))
  expect(used).toEqual({ totp: company.clock.read().toISOString(), hotp: null })
  expect((await factorsOf(await company.signedIn(bob))).factors).toHaveLength(1)
  expect((await company.client().get('/session/factors')).status).toBe(401)
})
