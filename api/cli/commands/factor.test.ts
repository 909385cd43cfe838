import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commandLine } from '#test/support/command-line.ts'
import { type KeyCompany, openCompany, type Person } from '#test/support/key-company.ts'

const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

let folder = ''
let company: KeyCompany
let alice: Person
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-cli-'))
  company = await openCompany(join(folder, 'postern.db'))
  alice = await company.hire('alice')
})
afterEach(async () => {
  await company.records.db.destroy()
  rmSync(folder, { recursive: true })
})

const postern = (words: readonly string[], secret = SEED) =>
  commandLine(folder, { hsm: company.hsm, secrets: [secret] })(['factor', ...words])

async function signIn(proof: object): Promise<number> {
  const client = company.client()
  await client.post('/session/password', { username: 'alice', password: alice.password })
  return (await client.post('/session/factor', proof)).status
}

test('a hardware token whose seed was typed in opens a session, and its seed is shown nowhere', async () => {
  const answer = await postern(['add-token', 'alice', '--name', 'Key ring', '--counter', '1'])
  expect(answer).toMatchObject({ exitCode: 0, stderr: '' })
  expect(answer.stdout).not.toContain(SEED)
  expect(await signIn({ kind: 'hotp', code: '755224' })).toBe(401) // of counter 0
  expect(await signIn({ kind: 'hotp', code: '287082' })).toBe(200)
  const listed = await postern(['list', 'alice'])
  expect(listed.stdout).toMatch(/hotp +Key ring/)
  expect(listed.stdout).toContain('Recovery codes left: 0')
})

test('a new app takes the place of the one that was lost', async () => {
  const before = await company.codeOf(alice)
  const { stdout } = await postern(['reset-app', 'alice', '--json'])
  const { totp } = JSON.parse(stdout) as { totp: { seed: string } }
  expect(await signIn({ kind: 'totp', code: before })).toBe(401)
  const code = await company.codeOf({ ...alice, seed: totp.seed })
  expect(await signIn({ kind: 'totp', code })).toBe(200)
})

test('a factor is taken away, and the audit says by whom', async () => {
  const { stdout } = await postern(['list', 'alice', '--json'])
  const { factors } = JSON.parse(stdout) as { factors: { id: string }[] }
  const id = factors[0]!.id
  expect((await postern(['remove', 'alice', id])).stdout).toBe(`Factor ${id} is gone.\n`)
  expect((await postern(['remove', 'alice', id])).exitCode).toBe(1)
  expect(await signIn({ kind: 'totp', code: await company.codeOf(alice) })).not.toBe(200)
  const entries = company.records.db.selectFrom('auditEntries').select(['actor', 'userId'])
  expect(await entries.where('action', '=', 'factor-removed').execute()).toEqual([
    { actor: 'an operator', userId: alice.user.id },
  ])
})

test.each([
  ['a short seed', ['--name', 'x'], 'ABCDEFGH', 'seed'],
  ['a counter that is none', ['--name', 'x', '--counter', 'many'], SEED, 'counter'],
])('%s is refused, and the seed is not repeated', async (_what, options, seed, named) => {
  const answer = await postern(['add-token', 'alice', ...options], seed)
  expect(answer).toMatchObject({ exitCode: 1, stdout: '' })
  expect(answer.stderr).toContain(`the ${named} is wrong`)
  expect(answer.stderr).not.toContain(seed)
})
