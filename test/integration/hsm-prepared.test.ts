import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDataFolder, type DataFolder } from '#api/start/data-folder.ts'
import { openToken, prepareToken } from '#api/start/token.ts'
import type { TokenSettings } from '#api/token-settings.ts'
import { utf8 } from '#shared/bytes.ts'
import { commandLine } from '#test/support/command-line.ts'
import { createEmptySoftToken, type SoftToken } from '#test/support/soft-token.ts'
import { keepLog } from '#test/support/test-hsm.ts'

const LABEL = 'company'

let token: SoftToken
let folder: DataFolder
let settings: TokenSettings

beforeEach(async () => {
  token = await createEmptySoftToken()
  folder = openDataFolder(await mkdtemp(join(tmpdir(), 'postern-data-')))
  const { modulePath, environment, pin, soPin, pinFile } = token
  const how = ['--init-token', '--free', '--label', LABEL, '--pin', pin, '--so-pin', soPin]
  const env = { ...process.env, ...environment }
  await promisify(execFile)('softhsm2-util', ['--module', modulePath, ...how], { env })
  settings = { modulePath, moduleEnvironment: environment, prepared: { label: LABEL, pinFile } }
})

afterEach(async () => {
  folder.release()
  await rm(folder.path, { recursive: true })
  await token.remove()
})

const open = (changed: Partial<TokenSettings> = {}) =>
  openToken(folder, { ...settings, ...changed }, keepLog())

test('a start changes nothing in a token of somebody else, and says what makes it ready', async () => {
  await expect(open()).rejects.toMatchObject({
    code: 'token/broken',
    message: expect.stringContaining('postern hsm prepare') as string,
  })
  await prepareToken(folder, settings)
  await prepareToken(folder, settings)
  const first = await open()
  const hash = await first.keyedHash(utf8('data'))
  await first.close()
  const second = await open()
  expect(await second.keyedHash(utf8('data'))).toEqual(hash)
  const { stdout, exitCode } = await commandLine(folder.path, { hsm: second })(['hsm', 'status'])
  expect(stdout).toContain('The token "company" answers. Its keys are as they were made.')
  expect(stdout.match(/^ {2}yes\t/gm)).toHaveLength(10)
  expect(exitCode).toBe(0)
  await second.close()
  const inFolder = await readdir(folder.path)
  expect(inFolder.filter((name) => /^(tokens|pin|so-pin|softhsm2\.conf)$/.test(name))).toEqual([])
})

test('a token of another name is missed, never made', async () => {
  const prepared = { label: 'another', pinFile: token.pinFile }
  for (const refused of [open({ prepared }), prepareToken(folder, { ...settings, prepared })]) {
    await expect(refused).rejects.toMatchObject({ code: 'token/broken' })
  }
  expect(await readdir(join(dirname(token.softhsmConf), 'tokens'))).toHaveLength(1)
})

test('a PIN that others can read is not used', async () => {
  await chmod(token.pinFile, 0o444)
  await expect(open()).rejects.toMatchObject({
    code: 'config/invalid',
    message: expect.stringContaining(`chmod 400 ${token.pinFile}`) as string,
  })
})
