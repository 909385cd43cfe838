import * as argon2 from '@node-rs/argon2'
import { expect, test, vi } from 'vitest'
import { hashPassword, verifyPassword } from './password.ts'

vi.mock('@node-rs/argon2', { spy: true })
const verify = vi.mocked(argon2.verify)

function costOf(hash: string | Uint8Array) {
  const { memoryCost, timeCost, parallelism } = argon2.parseOptions(String(hash))
  return { memoryCost, timeCost, parallelism }
}

test('a password verifies against its own hash only', async () => {
  const stored = await hashPassword('correct horse battery staple')
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=4\$/)
  expect(await verifyPassword(stored, 'correct horse battery staple')).toBe(true)
  expect(await verifyPassword(stored, 'Correct horse battery staple')).toBe(false)
})

test('nobody signs in where no password is stored', async () => {
  expect(await verifyPassword(null, '')).toBe(false)
})

test('comparing with nothing does what comparing with a real hash does, and at the same cost', async () => {
  verify.mockClear()
  const stored = await hashPassword('some password')
  await verifyPassword(stored, 'wrong')
  await verifyPassword(null, 'wrong')
  const compared = verify.mock.calls.map(([hash, password]) => [costOf(hash), password])
  const cost = { memoryCost: 64 * 1024, timeCost: 3, parallelism: 4 }
  expect(compared).toEqual([
    [cost, 'wrong'],
    [cost, 'wrong'],
  ])
  // Awaited by hand: the spy's own list is filled a moment after the promises are.
  const answers = await Promise.all(verify.mock.results.map(({ value }) => value as unknown))
  expect(answers).toEqual([false, false])
})
