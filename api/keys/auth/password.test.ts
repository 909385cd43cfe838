import { parseOptions } from '@node-rs/argon2'
import { expect, test } from 'vitest'
import { hashPassword, verifyPassword } from './password.ts'

test('a password verifies against its own hash only', async () => {
  const stored = await hashPassword('correct horse battery staple')
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=4\$/)
  expect(await verifyPassword(stored, 'correct horse battery staple')).toBe(true)
  expect(await verifyPassword(stored, 'Correct horse battery staple')).toBe(false)
})

test('nobody signs in where no password is stored', async () => {
  expect(await verifyPassword(null, '')).toBe(false)
})

test('comparing with nothing costs what comparing with a real hash costs', async () => {
  const { memoryCost, timeCost, parallelism } = parseOptions(await hashPassword('some password'))
  expect({ memoryCost, timeCost, parallelism }).toEqual({
    memoryCost: 64 * 1024,
    timeCost: 3,
    parallelism: 4,
  })
  const stored = await hashPassword('some password')
  const time = async (hash: string | null) => {
    const before = process.cpuUsage() // of the processor, not of the clock: others may be busy, too
    await verifyPassword(hash, 'wrong')
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  const fastest = { known: Infinity, unknown: Infinity }
  for (let round = 0; round < 6; round++) {
    fastest.known = Math.min(fastest.known, await time(stored))
    fastest.unknown = Math.min(fastest.unknown, await time(null))
  }
  const ratio = fastest.unknown / fastest.known
  expect(ratio).toBeGreaterThan(0.5) // a skipped hash would be a thousandth
  expect(ratio).toBeLessThan(2)
})
