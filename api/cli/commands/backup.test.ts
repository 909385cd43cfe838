import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commandLine } from '#test/support/command-line.ts'
import { openCompany } from '#test/support/key-company.ts'
import { openDataFolder } from '../../start/data-folder.ts'

let folder = ''
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-backup-'))
  const company = await openCompany(join(folder, 'postern.db'))
  await company.hire('alice')
  await company.records.db.destroy()
})
afterEach(() => rmSync(folder, { recursive: true }))

const postern = (...words: string[]) => commandLine(folder)(['backup', ...words])
const inFolder = (name: string) => join(folder, name)

test('a backup is one private file, made while a server runs, that tells what is in it', async () => {
  const running = openDataFolder(folder)
  mkdirSync(inFolder('backups'))
  const { stdout, exitCode } = await postern('create', inFolder('backups'))
  running.release()
  const [name = ''] = readdirSync(inFolder('backups'))
  expect(name).toMatch(/^postern-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.backup$/)
  const file = join(inFolder('backups'), name)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect([stdout, exitCode]).toEqual([
    expect.stringContaining(`The backup ${file} is whole: 1 users, 2 keys, `),
    0,
  ])
  const verified = await postern('verify', file)
  expect(verified.stdout).toContain('The audit is intact')
  expect(/digest is \w+/.exec(verified.stdout)).toEqual(
    expect.objectContaining({ 0: /digest is \w+/.exec(stdout)?.[0] }),
  )
  expect((await postern('create', file)).stderr).toContain('is there already')
})

test('restored, it is what it was; not while a server runs, and over nothing that was not named', async () => {
  await postern('create', inFolder('one'))
  const elsewhere = commandLine(inFolder('elsewhere'))
  const restored = await elsewhere(['backup', 'restore', inFolder('one'), '--json'])
  expect(JSON.parse(restored.stdout)).toMatchObject({ continued: false, rows: { users: 1 } })
  expect((await elsewhere(['user', 'list'])).stdout).toContain('alice@example.com')
  expect((await elsewhere(['audit', 'verify'])).exitCode).toBe(0)

  const again = await elsewhere(['backup', 'restore', inFolder('one')])
  expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining('--replace')])
  const running = openDataFolder(inFolder('elsewhere'))
  const busy = await elsewhere(['backup', 'restore', inFolder('one'), '--replace'])
  expect(busy.stderr).toContain('Another Postern is running')
  running.release()
  const replaced = await elsewhere(['backup', 'restore', inFolder('one'), '--replace'])
  expect(replaced.stdout).toContain('The audit in the database has all of it and goes on.')
})

test('no secret of the token is in it, and what is no backup is said to be none', async () => {
  await postern('create', inFolder('one'))
  expect(readFileSync(inFolder('one'), 'utf8')).not.toContain('"sessions"')
  for (const words of [
    ['verify', inFolder('postern.db')],
    ['verify', inFolder('absent')],
  ]) {
    const { exitCode, stderr } = await postern(...words)
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/backup|read/)])
  }
})
