import { expect, test } from 'vitest'
import type { FactorProof } from '#shared/contract/factor-proof.ts'
import { sessionSchema } from '#shared/contract/session.ts'
import { type KeyCompany, openCompany, type Person } from '#test/support/key-company.ts'
import { problemOf } from '#test/support/key-client.ts'
import { checkFactor } from './check-factor.ts'

/** Shows the factor for something else than signing in; answers whether it was taken. */
async function show(company: KeyCompany, { user }: Person, proof: FactorProof): Promise<boolean> {
  const shown = { user, session: { id: 'A'.repeat(22) }, action: 'sign', proof } as const
  return checkFactor(company.deps, shown, () => Promise.resolve(true)).catch(() => false)
}

test('the code that was used to sign in is good for nothing else, and the other way round', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  await company.signedIn(alice)
  const used = { kind: 'totp', code: await company.codeOf(alice) } as const
  expect(await show(company, alice, used)).toBe(false)
  company.clock.pass(60)
  const fresh = { kind: 'totp', code: await company.codeOf(alice) } as const
  expect(await show(company, alice, fresh)).toBe(true)
  const client = company.client()
  await client.post('/session/password', { username: 'alice', password: alice.password })
  const answer = await client.post('/session/factor', fresh)
  expect((await problemOf(answer)).code).toBe('factor/rejected')
})

test('one code, shown fifty times at once outside of a sign-in, is taken exactly once', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const proof = { kind: 'totp', code: await company.codeOf(alice) } as const
  const answers = Array.from({ length: 50 }, () => show(company, alice, proof))
  expect((await Promise.all(answers)).filter((taken) => taken)).toHaveLength(1)
})

test('what the use throws undoes the spending, what it refuses does not', async () => {
  const company = await openCompany()
  const alice = await company.hire('alice')
  const client = await company.signedIn(alice)
  const session = sessionSchema.parse(await (await client.get('/session')).json())
  company.clock.pass(60)
  const proof = { kind: 'totp', code: await company.codeOf(alice) } as const
  const shown = { user: alice.user, session, action: 'sign', proof } as const
  const broken = checkFactor(company.deps, shown, () => Promise.reject(new TypeError('broken')))
  await expect(broken).rejects.toThrow()
  const refused = checkFactor(company.deps, shown, () => Promise.resolve(null))
  await expect(refused).rejects.toMatchObject({ code: 'factor/rejected' })
  expect(await show(company, alice, proof)).toBe(false)
})
