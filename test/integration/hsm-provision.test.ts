import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { provisionToken } from '#api/hsm/provision.ts'
import { utf8 } from '#shared/bytes.ts'
import { hasPkcs11Tool, listObjects, pkcs11Tool } from '#test/support/pkcs11-tool.ts'
import { createEmptySoftToken, type SoftToken } from '#test/support/soft-token.ts'
import { makeKey, startTestHsm } from '#test/support/test-hsm.ts'

const hasTool = await hasPkcs11Tool()

let token: SoftToken

beforeEach(async () => {
  token = await createEmptySoftToken()
})

afterEach(() => token.remove())

test('an empty token is made ready, and a second time nothing changes', async () => {
  await provisionToken(token)
  const first = await startTestHsm(token)
  const sealed = await first.protect(utf8('a seed'), utf8('alice'))
  const hash = await first.keyedHash(utf8('a subject'))
  const { key } = await makeKey(first, 'sign', 'ec-p256')
  await first.close()

  await provisionToken(token)
  await provisionToken(token)
  const second = await startTestHsm(token)
  expect(await second.reveal(sealed, utf8('alice'))).toEqual(utf8('a seed'))
  expect(await second.keyedHash(utf8('a subject'))).toEqual(hash)
  const request = { key, scheme: 'ecdsa', digest: 'sha-256', message: utf8('') } as const
  expect((await second.sign(request)).length).toBeGreaterThan(60)
  await second.close()
})

test.runIf(hasTool)('there is one token, with one key for each purpose of the system', async () => {
  await provisionToken(token)
  await provisionToken(token)
  const folder = join(dirname(token.softhsmConf), 'tokens')
  expect(await readdir(folder)).toHaveLength(1)
  const objects = (await listObjects(token)).toSorted((a, b) => a.label.localeCompare(b.label))
  const pair = objects.filter(({ label }) => label === 'postern/system/audit')
  expect(pair.map(({ kind }) => kind.split(' ')[0]).sort()).toEqual(['Private', 'Public'])
  const secrets = objects.filter((object) => !pair.includes(object))
  expect(secrets.map(({ label, usage }) => [label, usage.length])).toEqual([
    ['postern/system/keyed-hash', 0], // "sign" is not among what the tool prints of a secret key
    ['postern/system/protection', 2],
    ['postern/system/rejection', 0],
  ])
  for (const { kind, access } of secrets) {
    expect(kind).toBe('Secret Key')
    expect(access).toEqual(['sensitive', 'always sensitive', 'never extractable', 'local'])
  }
})

test('a token that got its label but not its PIN is brought to the end', async () => {
  const { softhsmConf, label, soPin } = token
  const cryptoki = new URL('../support/init-token-only.ts', import.meta.url).pathname
  const env = { SOFTHSM2_CONF: softhsmConf }
  await promisify(execFile)(process.execPath, [cryptoki, token.modulePath, label, soPin], { env })
  await provisionToken(token)
  const hsm = await startTestHsm(token)
  expect(hsm.status().state).toBe('ready')
  await hsm.close()
})

test('another PIN is refused, and changes nothing', async () => {
  await provisionToken(token)
  await expect(provisionToken({ ...token, pin: 'another' })).rejects.toMatchObject({
    code: 'token/wrong-pin',
  })
  const hsm = await startTestHsm(token)
  await hsm.close()
})

test('a module that is missing, or none, is told as such', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'postern-module-'))
  const noModule = join(folder, 'none.so')
  await writeFile(noModule, 'not a shared object')
  for (const modulePath of [join(folder, 'missing.so'), noModule]) {
    await expect(provisionToken({ ...token, modulePath })).rejects.toMatchObject({
      code: 'token/module-missing',
    })
  }
  await rm(folder, { recursive: true })
})

test('a token that was not provisioned does not start', async () => {
  await expect(startTestHsm(token)).rejects.toMatchObject({ code: 'token/broken' })
})

test.runIf(hasTool)(
  'a system key that went missing stops the start, until it is provisioned again',
  async () => {
    await provisionToken(token)
    await pkcs11Tool(
      token,
      '--delete-object',
      '--type',
      'secrkey',
      '--label',
      'postern/system/protection',
    )
    await expect(startTestHsm(token)).rejects.toMatchObject({ code: 'token/broken' })
    await provisionToken(token)
    await (await startTestHsm(token)).close()
  },
)
