import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commandLine } from '#test/support/command-line.ts'
import { openCompany } from '#test/support/key-company.ts'
import { problemOf } from '#test/support/key-client.ts'
import { unwrapBody } from '#test/support/key-requests.ts'
import { TOPICS } from './topics.ts'

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-cli-'))
  path = join(folder, 'postern.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

const postern = (...words: string[]) => commandLine(folder)(words)

test('while the service runs, a key is switched off from outside', async () => {
  const company = await openCompany(path)
  const alice = await company.hire('alice')
  const client = await company.signedIn(alice)
  const ask = () => client.post(`/keys/${alice.encryptKey.id}/unwrap`, unwrapBody())
  expect((await ask()).status).toBe(200)
  const off = await postern('key', 'switch-off', alice.encryptKey.id)
  expect(off).toMatchObject({ exitCode: 0, stderr: '' })
  expect(off.stdout).toContain(`Key ${alice.encryptKey.id} is switched off.`)
  expect((await problemOf(await ask())).code).toBe('key/disabled')
  const again = await postern('key', 'switch-off', alice.encryptKey.id)
  expect(again.stdout).toBe(`Key ${alice.encryptKey.id} was off already.\n`)
  const { stdout, exitCode } = await postern('audit', 'verify')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^The audit is intact: \d+ entries by 2 writers\.\n/)
  await company.records.db.destroy()
})

test('who switched a key is in the audit, beside whose key it is', async () => {
  const company = await openCompany(path)
  const alice = await company.hire('alice')
  await postern('key', 'switch-off', alice.encryptKey.id)
  const entries = company.records.db.selectFrom('auditEntries').select(['actor', 'userId'])
  expect(await entries.where('action', '=', 'key-switched-off').execute()).toEqual([
    { actor: 'an operator', userId: alice.user.id },
  ])
  await company.records.db.destroy()
})

test('a key is retired once, and listed so', async () => {
  const company = await openCompany(path)
  const { signKey } = await company.hire('alice')
  const answer = await postern('key', 'retire', signKey.id, '--json')
  expect(answer).toMatchObject({ exitCode: 0, stderr: '' })
  expect(JSON.parse(answer.stdout)).toEqual({ key: signKey.id, changed: true })
  const again = await postern('key', 'retire', signKey.id)
  expect(again.stdout).toBe(`Key ${signKey.id} was retired already.\n`)
  expect((await postern('key', 'list')).stdout).toMatch(/ retired +\d/)
  await company.records.db.destroy()
})

test('users and keys are listed, of everybody or of one', async () => {
  const company = await openCompany(path)
  const [alice, bob] = [await company.hire('alice'), await company.hire('bob')]
  const users = (await postern('user', 'list')).stdout.split('\n')
  expect(users[0]).toBe('USERNAME  NAME   ADDRESS            ROLES')
  expect(users[1]).toBe('alice     alice  alice@example.com  -')
  const all = (await postern('key', 'list')).stdout
  const bobs = (await postern('key', 'list', 'bob')).stdout
  expect(all).toContain(alice.signKey.id)
  expect(bobs).toContain(`${bob.encryptKey.id}  bob   encrypt  rsa-2048   active`)
  expect(bobs).not.toContain(alice.signKey.id)
  await company.records.db.destroy()
})

test.each([
  [['key', 'switch-off', 'A'.repeat(22)], `postern: There is no key ${'A'.repeat(22)}.\n`],
  [['key', 'list', 'mallory'], 'postern: There is no user mallory.\n'],
])('%j ends with one clear sentence and exit code 1', async (args, sentence) => {
  const company = await openCompany(path)
  expect(await postern(...args)).toEqual({ stdout: '', stderr: sentence, exitCode: 1 })
  await company.records.db.destroy()
})

test('without a database nothing is made, and the sentence says what to do', async () => {
  const answer = await postern('user', 'list')
  expect(answer.exitCode).toBe(1)
  expect(answer.stderr).toMatch(/^postern: There is no database .*POSTERN_DATA\.\n$/)
})

test.each([
  [['frobnicate']],
  [['user']],
  [['key', 'switch-off']],
  [['user', 'list', 'x']],
  [['user', 'list', '--frobnicate']],
])('%j is not understood, and shown how to ask', async (words) => {
  const { exitCode, stdout, stderr } = await postern(...words)
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toContain('postern')
})

test('a word too many is not repeated: it may be a secret that was meant to be asked for', async () => {
  expect((await postern('user', 'list', 'hunter2')).stderr).not.toContain('hunter2')
  expect((await postern('user', 'list', '--json=hunter2')).stderr).not.toContain('hunter2')
})

test('every command has a help with examples, which are about itself', async () => {
  for (const topic of TOPICS) {
    expect((await postern(topic.name, '--help')).stdout).toContain(`postern ${topic.name}: `)
    for (const { name, examples } of topic.commands) {
      const { exitCode, stdout, stderr } = await postern(topic.name, name, '--help')
      expect([exitCode, stderr]).toEqual([0, ''])
      for (const example of examples) {
        expect(example).toContain(`postern ${topic.name} ${name}`)
        expect(stdout).toContain(example)
      }
      expect(stdout).toContain('--json')
    }
  }
})

test('with --json, answers and failures are for programs', async () => {
  const company = await openCompany(path)
  const alice = await company.hire('alice')
  const { stdout, exitCode } = await postern('key', 'list', 'alice', '--json')
  expect(exitCode).toBe(0)
  const { keys } = JSON.parse(stdout) as { keys: { key: string; user: string }[] }
  expect(keys.map(({ key }) => key).sort()).toEqual([alice.encryptKey.id, alice.signKey.id].sort())
  const failed = await postern('key', 'list', 'mallory', '--json')
  expect([failed.exitCode, failed.stdout]).toEqual([1, ''])
  expect(JSON.parse(failed.stderr)).toEqual({
    error: { code: 'request/not-found', message: 'There is no user mallory.' },
  })
  await company.records.db.destroy()
})
