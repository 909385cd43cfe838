import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Hsm, TokenStatus } from '#api/hsm/port.ts'
import { startHsm, startSpreadHsm, type TokenToStart } from '#api/hsm/supervisor.ts'
import { openDataFolder } from '#api/start/data-folder.ts'
import { openToken } from '#api/start/token.ts'
import { parseTokenSettings } from '#api/token-settings.ts'
import { utf8 } from '#shared/bytes.ts'
import { commandLine } from '#test/support/command-line.ts'
import { RemoteToken } from '#test/support/p11-kit.ts'
import { findP11KitClient } from '#test/support/p11-kit-client.mjs'
import { pkcs1Entry, rawBlock } from '#test/support/recipient-entries.ts'
import { copySoftToken, createSoftToken, type SoftToken } from '#test/support/soft-token.ts'
import { keepLog, makeKey, newKey, startTestHsm, unwrapFor } from '#test/support/test-hsm.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }) // openssl and keys of RSA on a busy machine

// Two tokens with the same keys, copied from one.

const PATIENCE = 60_000
const TIMES = { start: 20_000, patience: 15_000, queue: 60_000 } // a busy machine is no failure

type Made = Awaited<ReturnType<typeof makeKey>>
let original: SoftToken
let first: SoftToken
let second: SoftToken
let rsa: Made
let ec: Made
let hsm: Hsm | null

beforeAll(async () => {
  original = await createSoftToken()
  const alone = await startTestHsm(original)
  rsa = await makeKey(alone, 'encrypt', 'rsa-2048')
  ec = await makeKey(alone, 'sign', 'ec-p256')
  await alone.close()
})

afterAll(() => original.remove())

beforeEach(async () => {
  hsm = null
  first = await copySoftToken(original)
  second = await copySoftToken(original)
})

afterEach(async () => {
  await hsm?.close()
  await first.remove()
  await second.remove()
})

function wayTo({ modulePath, environment, label: tokenLabel, pin }: SoftToken): TokenToStart {
  return { modulePath, environment, tokenLabel, pin, onWrongPin: () => undefined }
}

async function open(...tokens: TokenToStart[]): Promise<Hsm> {
  hsm = await startSpreadHsm({ tokens, log: keepLog(), times: TIMES })
  return hsm
}

const sign = (by: Hsm, { key }: Made = ec) =>
  by.sign({ key, scheme: 'ecdsa', digest: 'sha-256', message: utf8('m') })

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not come to that in time')
    await sleep(20)
  }
}

const states = (of: Hsm) => of.status().tokens?.map(({ state }) => state)
const same = { sameSystemKeys: true, missing: [], different: [] }

test('both are found to hold the same keys, and answer alike', async () => {
  const both = await open(wayTo(first), wayTo(second))
  expect(both.status().tokens).toEqual([
    expect.objectContaining(same),
    expect.objectContaining(same),
  ])
  const bad = rawBlock(rsa.publicKey, new Uint8Array(256).fill(7).fill(0, 0, 1))
  const entry = { kind: 'ktri', algorithm: 'rsa-pkcs1', encryptedKey: bad } as const
  const asked = Array.from({ length: 20 }, () => unwrapFor(both, rsa.key, entry, 32))
  expect(new Set((await Promise.all(asked)).map((key) => key.join())).size).toBe(1)
  const sealed = await both.protect(utf8('seed'), utf8('context'))
  const opened = Array.from({ length: 8 }, () => both.reveal(sealed, utf8('context')))
  for (const seed of await Promise.all(opened)) expect(seed).toEqual(utf8('seed'))
})

test('a key that was made since is used where it is, and said to be missing elsewhere', async () => {
  const both = await open(wayTo(first), wayTo(second))
  const made = await makeKey(both, 'sign', 'ec-p256')
  await Promise.all(Array.from({ length: 20 }, () => sign(both, made)))
  const [here, there] = both.status().tokens as [TokenStatus, TokenStatus]
  expect([here.missing, there.missing]).toEqual([[], [made.key.id]])
  const postern = commandLine(tmpdir(), { hsm: both })
  const { stdout, exitCode } = await postern(['hsm', 'status'])
  expect(stdout).toContain(`Token 2 "postern-test" (ready) lacks ${made.key.id}.`)
  expect(exitCode).toBe(1)
})

test('a key that another process made is found in the token that has it', async () => {
  const both = await open(wayTo(second), wayTo(first))
  const other = await startTestHsm(first)
  const made = await makeKey(other, 'sign', 'ec-p256')
  await other.close()
  for (let round = 0; round < 6; round++) expect(await sign(both, made)).toBeInstanceOf(Uint8Array)
  const nowhere = { ...made, key: newKey('sign', 'ec-p256') }
  await expect(sign(both, nowhere)).rejects.toMatchObject({ code: 'token/broken' })
})

test('a token with other system keys is not used, and said so', async () => {
  const stranger = await createSoftToken()
  const both = await open(wayTo(first), wayTo(stranger))
  await Promise.all(Array.from({ length: 20 }, () => sign(both)))
  const [own, other] = both.status().tokens as [TokenStatus, TokenStatus]
  expect([own.sameSystemKeys, other.sameSystemKeys]).toEqual([true, false])
  await both.close()
  await stranger.remove()
})

test('a worker that dies under operations of both takes none of them with it', async () => {
  const both = await open(wayTo(first), wayTo(second))
  const keys = Array.from({ length: 60 }, () => new Uint8Array(randomBytes(32)))
  const work = keys.map((key) => unwrapFor(both, rsa.key, pkcs1Entry(rsa.publicKey, key), 32))
  await Promise.race(work)
  process.kill(both.status().pid!, 'SIGKILL')
  expect(await Promise.all(work)).toEqual(keys)
  await until(() => states(both)?.every((state) => state === 'ready') ?? false)
})

test('one that is away at the start is tried again, and used once it is there', async () => {
  await first.hide()
  const both = await open(wayTo(first), wayTo(second))
  expect(both.status().state).toBe('ready')
  expect(await sign(both)).toBeInstanceOf(Uint8Array)
  await first.show()
  await until(() => both.status().tokens?.[0]?.state === 'ready')
  await second.hide()
  expect(await sign(both)).toBeInstanceOf(Uint8Array)
  await second.show()
})

test('with none of them there is no start, and it says why', async () => {
  const wrong = { ...wayTo(first), pin: 'not the PIN' }
  const started = startSpreadHsm({ tokens: [wrong, { ...wrong }], log: keepLog() })
  await expect(started).rejects.toMatchObject({ code: 'token/wrong-pin' })
})

test('they are named in a file', async () => {
  const path = await mkdtemp(join(tmpdir(), 'postern-several-'))
  const list = join(path, 'tokens.json')
  const entry = ({ modulePath: module, label, pinFile, environment }: SoftToken) => {
    return { module, label, pinFile, environment }
  }
  await writeFile(list, JSON.stringify([entry(first), entry(second)]))
  const variables = { POSTERN_PKCS11_MODULE: first.modulePath, POSTERN_TOKENS: list }
  const folder = openDataFolder(join(path, 'data'))
  hsm = await openToken(folder, parseTokenSettings(variables), keepLog())
  expect(hsm.status().tokens).toHaveLength(2)
  folder.release()
  for (const text of [
    'no JSON',
    '[]',
    '[{"module":"/nowhere","label":"x","pinFile":"/nowhere"}]',
  ]) {
    await writeFile(list, text)
    expect(() => parseTokenSettings(variables)).toThrow(/POSTERN_TOKENS/)
  }
  await rm(path, { recursive: true })
})

describe.runIf(findP11KitClient() !== null)('each behind a process of its own', () => {
  test('operations go on while one is killed, and it is used again when it is back', async () => {
    const remotes = [new RemoteToken(first), new RemoteToken(second)] as const
    for (const remote of remotes) await remote.start()
    const both = await open(remotes[0].toStart(), remotes[1].toStart())
    let running = true
    const done: unknown[] = []
    const client = async () => {
      while (running) done.push(await sign(both).catch((error: unknown) => error))
    }
    const clients = Array.from({ length: 8 }, client)
    await until(() => done.length > 50)
    remotes[0].kill()
    const before = done.length
    await until(() => done.length > before + 200)
    await until(() => states(both)?.[0] !== 'ready')
    await remotes[0].start()
    await until(() => states(both)?.[0] === 'ready')
    remotes[1].kill()
    const after = done.length
    await until(() => done.length > after + 50)
    running = false
    await Promise.all(clients)
    expect(done.filter((one) => !(one instanceof Uint8Array))).toEqual([])
    process.stdout.write(
      `${done.length} signatures while each token was killed once, none refused\n`,
    )
    await both.close()
    for (const remote of remotes) remote.kill()
  }, 180_000)
})

test('one token alone has no list of tokens', async () => {
  hsm = await startHsm({ ...wayTo(first), log: keepLog() })
  expect(hsm.status().tokens).toBeUndefined()
})
