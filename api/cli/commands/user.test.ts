import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { currentCode } from '#api/keys/auth/one-time-code.ts'
import { listAnchors } from '#api/storage/anchors.ts'
import { commandLine } from '#test/support/command-line.ts'
import { openCompany, type KeyCompany } from '#test/support/key-company.ts'
import { problemOf } from '#test/support/key-client.ts'

const PASSWORD = 'a long first password'
const CAROL = ['user', 'create', 'Carol', '--address', 'carol@example.com', '--role', 'admin']

let folder = ''
let company: KeyCompany
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-cli-'))
  company = await openCompany(join(folder, 'postern.db'))
})
afterEach(async () => {
  await company.records.db.destroy()
  rmSync(folder, { recursive: true })
})

const postern = (words: readonly string[], secret = PASSWORD) =>
  commandLine(folder, { hsm: company.hsm, secrets: [secret] })(words)

test('a new administrator signs in with the password that was asked for and the seed shown once', async () => {
  const answer = await postern([...CAROL, '--totp', '--json'])
  expect(answer).toMatchObject({ exitCode: 0, stderr: '' })
  const { totp } = JSON.parse(answer.stdout) as { totp: { seed: string; uri: string } }
  expect(totp.uri).toContain(totp.seed)
  const client = company.client()
  const login = { username: 'carol', password: PASSWORD, device: 'Phone' }
  expect((await client.post('/session/password', login)).status).toBe(200)
  const code = await currentCode(totp.seed, company.clock.read())
  const signedIn = await client.post('/session/factor', { kind: 'totp', code })
  expect(await signedIn.json()).toMatchObject({
    state: 'signed-in',
    session: { user: { username: 'carol' }, roles: ['admin'] },
  })
})

test('without --totp nothing secret is written, and nobody comes in by the password alone', async () => {
  const { stdout, stderr } = await postern(CAROL)
  expect(stdout).toBe('User carol is there.\n')
  expect(stdout + stderr).not.toContain(PASSWORD)
  const login = { username: 'carol', password: PASSWORD, device: 'Phone' }
  const refused = await company.client().post('/session/password', login)
  expect((await problemOf(refused)).code).toBe('policy/denied')
})

test.each([
  ['a user who is there', CAROL, PASSWORD, 'There is a user carol already.'],
  ['an address of somebody else', [...CAROL.with(2, 'dave')], PASSWORD, 'is taken'],
  ['no mail address', [...CAROL.with(4, 'carol')], PASSWORD, 'is not a mail address'],
  ['a short password', [...CAROL.with(2, 'bob').with(4, 'bob@example.com')], 'short', 'at least 8'],
])('%s is refused, and nobody is changed', async (_what, words, secret, sentence) => {
  await postern(CAROL)
  const before = await company.records.db.selectFrom('users').selectAll().execute()
  const { exitCode, stderr } = await postern(words, secret)
  expect(exitCode).toBe(1)
  expect(stderr).toContain(sentence)
  expect(await company.records.db.selectFrom('users').selectAll().execute()).toEqual(before)
})

test('keys come from the token with certificates of an authority that is an anchor', async () => {
  await postern(CAROL)
  const anchors = (await listAnchors(company.records.db)).length
  const kind = ['--purpose', 'sign', '--algorithm', 'ec-p256']
  const authority = ['--authority', 'Example Mail', '--organization', 'Example']
  const words = ['key', 'create', 'carol', ...kind, ...authority, '--json']
  const first = await postern(words)
  expect(first).toMatchObject({ exitCode: 0, stderr: '' })
  const { key } = JSON.parse(first.stdout) as { key: string }
  expect((await postern(['key', 'list', 'carol'])).stdout).toContain(key)
  expect((await postern(words)).stdout).toContain(key) // the one that is there
  expect(await listAnchors(company.records.db)).toHaveLength(anchors + 1)
})
