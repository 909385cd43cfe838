import { fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Hsm, TokenKey } from '#api/hsm/port.ts'
import { utf8 } from '#shared/bytes.ts'
import { isPosternError } from '#shared/errors.ts'
import { hasPkcs11Tool, pkcs11Tool } from '#test/support/pkcs11-tool.ts'
import { pkcs1Entry } from '#test/support/recipient-entries.ts'
import { createSoftToken, type SoftToken } from '#test/support/soft-token.ts'
import { keepLog, makeKey, startTestHsm, unwrapFor } from '#test/support/test-hsm.ts'

const hasTool = await hasPkcs11Tool()
const hasProc = process.platform === 'linux'

let token: SoftToken
let hsm: Hsm
let log: ReturnType<typeof keepLog>
let wrongPins: number

beforeEach(async () => {
  token = await createSoftToken()
  log = keepLog()
  wrongPins = 0
  hsm = await startTestHsm(token, { log, onWrongPin: () => wrongPins++ })
})

afterEach(async () => {
  await hsm.close()
  await token.remove()
})

function workerPid(): number {
  const { pid } = hsm.status()
  if (pid === null) throw new Error('there is no worker')
  return pid
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function until(condition: () => boolean, within: number): Promise<number> {
  const since = performance.now()
  while (!condition()) {
    if (performance.now() - since > within) throw new Error('it did not come to that in time')
    await sleep(10)
  }
  return performance.now() - since
}

const sign = (key: TokenKey) =>
  hsm.sign({ key, scheme: 'rsa-pkcs1', digest: 'sha-256', message: utf8('message') })

describe('a worker that dies', () => {
  test('in the middle of fifty operations takes none of them with it', async () => {
    const { key, publicKey } = await makeKey(hsm, 'encrypt', 'rsa-2048')
    const contentKeys = Array.from({ length: 50 }, () => new Uint8Array(randomBytes(32)))
    const work = contentKeys.map((each) => unwrapFor(hsm, key, pkcs1Entry(publicKey, each), 32))
    await Promise.race(work) // one is done, the others are under way
    const killed = workerPid()
    process.kill(killed, 'SIGKILL')
    expect(await Promise.all(work)).toEqual(contentKeys)
    expect(hsm.status()).toMatchObject({ state: 'ready', restarts: 1 })
    expect(workerPid()).not.toBe(killed)
    expect(log.events.map(({ event }) => event)).toContain('hsm.operation-repeated')
  })

  test('is replaced also when nothing is going on', async () => {
    const killed = workerPid()
    process.kill(killed, 'SIGKILL')
    await until(() => hsm.status().state === 'ready' && hsm.status().pid !== killed, 15_000)
    expect(await hsm.keyedHash(utf8('data'))).toHaveLength(32)
  })

  test('again and again is replaced again and again, ever slower', async () => {
    const waits: number[] = []
    for (let round = 0; round < 4; round++) {
      const killed = workerPid()
      process.kill(killed, 'SIGKILL')
      const isReplaced = () => hsm.status().state === 'ready' && hsm.status().pid !== killed
      waits.push(await until(isReplaced, 20_000))
    }
    expect(waits[3]!).toBeGreaterThan(700)
    expect(hsm.status().restarts).toBe(4)
  })

  test('while a key is made leaves one pair', async () => {
    const key = { id: 'AAAAAAAAAAAAAAAAAAAAAA', purpose: 'sign', algorithm: 'rsa-2048' } as const
    const making = hsm.generateKey({ key })
    await sleep(20)
    process.kill(workerPid(), 'SIGKILL')
    const { spki } = await making
    expect((await hsm.generateKey({ key })).spki).toEqual(spki)
    expect((await sign(key)).length).toBe(256)
  })
})

describe('a worker that stalls', () => {
  test('is replaced within the deadline, and its operation done by the next', async () => {
    const { key } = await makeKey(hsm, 'sign', 'rsa-2048')
    const operation = 1_000
    const quick = await startTestHsm(token, { log, times: { operation } })
    const stalled = quick.status().pid!
    process.kill(stalled, 'SIGSTOP')
    const since = performance.now()
    const request = { key, scheme: 'rsa-pkcs1', digest: 'sha-256', message: utf8('m') } as const
    const signed = quick.sign(request)
    const killedAfter = await until(() => !isAlive(stalled), 5_000)
    expect(killedAfter).toBeGreaterThan(operation - 100)
    expect(killedAfter).toBeLessThan(operation + 3_000)
    expect(await signed).toHaveLength(256)
    expect(performance.now() - since).toBeLessThan(10_000)
    expect(quick.status()).toMatchObject({ state: 'ready', restarts: 1 })
    await quick.close()
  })

  test('holds nobody up at the end', async () => {
    const other = await startTestHsm(token, { times: { grace: 300 } })
    const { pid } = other.status()
    process.kill(pid!, 'SIGSTOP')
    await other.close()
    expect(isAlive(pid!)).toBe(false)
  })
})

describe('no worker', () => {
  test('is answered by "unavailable" and a time to come back; it works again when the token is back', async () => {
    await token.hide()
    process.kill(workerPid(), 'SIGKILL')
    await until(() => hsm.status().state === 'down', 15_000)
    const since = performance.now()
    const refused = await hsm.keyedHash(utf8('data')).catch((error: unknown) => error)
    expect(performance.now() - since).toBeLessThan(2_500)
    expect(isPosternError(refused, 'hsm/unavailable') && refused.retryAfter).toBeGreaterThanOrEqual(
      1,
    )
    await token.show()
    await until(() => hsm.status().state === 'ready', 20_000)
    expect(await hsm.keyedHash(utf8('data'))).toHaveLength(32)
  })
})

describe('a wrong PIN', () => {
  test('stops the start after one try', async () => {
    const events = keepLog()
    const started = startTestHsm(token, { pin: 'not the PIN', log: events })
    await expect(started).rejects.toMatchObject({ code: 'token/wrong-pin' })
    expect(events.events).toEqual([])
  })

  test.runIf(hasTool)('met by a later worker stops for good after one try', async () => {
    await pkcs11Tool(token, '--change-pin', '--new-pin', 'another-pin')
    process.kill(workerPid(), 'SIGKILL')
    await until(() => hsm.status().state === 'stopped', 15_000)
    await sleep(1_000)
    expect(hsm.status()).toMatchObject({
      state: 'stopped',
      pid: null,
      restarts: 1,
      lastFailure: 'token/wrong-pin',
    })
    const refused = hsm.keyedHash(utf8('data'))
    await expect(refused).rejects.toMatchObject({ code: 'hsm/unavailable', retryAfter: 60 })
    expect(wrongPins).toBe(1)
    const tries = log.events.filter(({ event }) => event === 'hsm.worker-failed')
    expect(tries).toEqual([{ event: 'hsm.worker-failed', fields: { code: 'token/wrong-pin' } }])
  })
})

describe('the end', () => {
  test('lets running operations end, refuses new ones, and leaves no process', async () => {
    const { key } = await makeKey(hsm, 'sign', 'rsa-2048')
    const pid = workerPid()
    const running = Array.from({ length: 30 }, () => sign(key))
    const closing = hsm.close()
    await expect(sign(key)).rejects.toMatchObject({ code: 'hsm/unavailable' })
    for (const signature of await Promise.all(running)) expect(signature).toHaveLength(256)
    await closing
    expect(isAlive(pid)).toBe(false)
    expect(hsm.status()).toMatchObject({ state: 'stopped', pid: null, restarts: 0 })
  })

  test('comes to the worker when its parent is killed', async () => {
    const holder = fork(new URL('../support/hsm-holder.ts', import.meta.url), [], { execArgv: [] })
    const { modulePath, environment, label, pin } = token
    holder.send({ modulePath, environment, tokenLabel: label, pin })
    const pid = await new Promise<number>((resolve) => holder.once('message', resolve as never))
    expect(isAlive(pid)).toBe(true)
    holder.kill('SIGKILL')
    await until(() => !isAlive(pid), 10_000)
  })
})

describe('the PIN', () => {
  test.runIf(hasProc)(
    'stands neither in the arguments nor in the environment of the worker',
    async () => {
      const of = async (file: string) => readFile(`/proc/${workerPid()}/${file}`, 'utf8')
      expect(await of('cmdline')).toContain('postern-hsm')
      expect(await of('cmdline')).not.toContain(token.pin)
      const environment = (await of('environ')).split('\0').filter((entry) => entry !== '')
      const names = environment.map((entry) => entry.slice(0, entry.indexOf('=')))
      expect(names.toSorted()).toEqual([
        'NODE_CHANNEL_FD',
        'NODE_CHANNEL_SERIALIZATION_MODE',
        'SOFTHSM2_CONF',
      ])
    },
  )

  test('stands in no line of the log', async () => {
    process.kill(workerPid(), 'SIGKILL')
    await hsm.keyedHash(utf8('data'))
    await until(() => log.events.some(({ event }) => event === 'hsm.probed'), 15_000)
    expect(log.events.length).toBeGreaterThan(2)
    expect(JSON.stringify(log.events)).not.toContain(token.pin)
  })
})

test('the token is tried for what it can do', async () => {
  await until(() => hsm.status().capabilities !== null, 20_000)
  expect(hsm.status().capabilities).toEqual({
    rsaRaw: true,
    rsaPkcs1: true,
    rsaPss: true,
    ecdh: true,
    ecdsa: true,
    p521: true,
    ed25519: true,
    x25519: true,
    aesGcm: true,
    hmacSha256: true,
  })
})
