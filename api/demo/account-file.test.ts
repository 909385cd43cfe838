import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newPassword, readAccount, writeAccount } from './account-file.ts'

const ACCOUNT = { username: 'alice', password: 'kavo-remi', seed: 'JBSWY3DPEHPK3PXP' }
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-accounts-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('the file of a demo account', () => {
  test('is read back, replaced, and nobody else can read it', async () => {
    writeAccount(folder, { ...ACCOUNT, password: 'earlier' })
    writeAccount(folder, ACCOUNT)
    expect(readAccount(folder, 'alice')).toEqual(ACCOUNT)
    expect((await stat(join(folder, 'alice.json'))).mode & 0o777).toBe(0o400)
  })

  test.each(['mallory', '../alice', '', 'Alice'])('is not there for %j', (username) => {
    writeAccount(folder, ACCOUNT)
    expect(() => readAccount(folder, username)).toThrow('There is no demo user')
  })
})

describe('a new password', () => {
  test('is made of syllables, and never the same', () => {
    const passwords = Array.from({ length: 50 }, newPassword)
    expect(new Set(passwords).size).toBe(50)
    for (const password of passwords) expect(password).toMatch(/^([a-z]{4}-){4}[a-z]{4}$/)
  })
})
