import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findModule } from '../../softhsm/module.mjs'
import { freePort, startServer } from '../support/server.ts'
import { signIn } from '../support/signed-in-reader.ts'

const MAIN = fileURLToPath(new URL('../../api/main.ts', import.meta.url))
const module = findModule(process.env)

type Ended = { code: number | null; stderr: string; stdout: string }

/** Runs api/main.ts; `killAfter` (milliseconds) ends it hard, as a power cut would. */
function run(env: Record<string, string>, killAfter?: number): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN], {
    env: { POSTERN_PKCS11_MODULE: module ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: killAfter ?? 20_000,
    killSignal: 'SIGKILL',
  })
  const ended: Ended = { code: null, stderr: '', stdout: '' }
  child.stdout.on('data', (chunk: Buffer) => (ended.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (ended.stderr += chunk.toString()))
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ ...ended, code }))
  })
}

describe.skipIf(module === null)('a start', () => {
  let root: string
  let data: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'postern-start-'))
    data = join(root, 'data')
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const settings = async () => ({ POSTERN_DATA: data, PORT: String(await freePort()) })

  test('beside a running server leaves the folder to that one', async () => {
    const server = await startServer({ data })
    const { code, stderr } = await run(await settings())
    expect(code).toBe(1)
    expect(stderr).toContain('Another Postern is running')
    expect((await fetch(`${server.origin}/readyz`)).status).toBe(200)
    await server.stop()
  })

  test('that was cut off at any moment is completed by the next', async () => {
    for (const moment of [300, 600, 900, 1300]) {
      await run(await settings(), moment)
    }
    const server = await startServer({ data })
    for (const username of ['alice', 'bob', 'carol']) {
      const client = await signIn(server, username)
      const answer = await client.get('/mail/folders/inbox/messages?limit=200')
      const { messages } = (await answer.json()) as { messages: { subject: string }[] }
      const subjects = messages.map(({ subject }) => subject).filter((text) => text !== '[...]')
      expect(messages.length).toBeGreaterThanOrEqual(12)
      expect(new Set(subjects).size).toBe(subjects.length)
    }
    await server.stop()
  })

  test('without the demo is ready with nobody in it, and refuses a folder that had the demo', async () => {
    const metricsPort = await freePort()
    const env = { POSTERN_DEMO: 'off', POSTERN_METRICS_PORT: String(metricsPort) }
    const server = await startServer({ data, env })
    expect(existsSync(join(data, 'demo'))).toBe(false)
    expect(server.output()).not.toMatch(/demo/i)
    expect(await (await fetch(`${server.origin}/readyz`)).json()).toEqual({ ready: true })
    expect((await fetch(`${server.origin}/metrics`)).status).toBe(404)
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
    expect(metrics).toContain('postern_ready{part="token"} 1')
    expect(metrics).toContain('postern_hsm_worker_restarts 0')
    await server.stop()
    mkdirSync(join(data, 'demo'))
    const { code, stderr } = await run({ ...(await settings()), POSTERN_DEMO: 'off' })
    expect([code, stderr]).toEqual([1, expect.stringContaining('holds the demo company')])
  })

  test('keeps everything it makes to its own user', async () => {
    const server = await startServer({ data })
    await server.stop()
    const open = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter(
      (path) => (statSync(join(data, path)).mode & 0o077) !== 0,
    )
    expect(open).toEqual([])
    expect(statSync(data).mode & 0o077).toBe(0)
  })

  test('greets with address and passwords, and shows a picture to scan the first time only', async () => {
    const first = await startServer({ data })
    await sleep(100) // for the greeting, printed right after the server listens
    expect(first.output()).toContain(`http://localhost:${first.port}`)
    expect(first.output()).toContain(first.login('carol').password)
    expect(first.output()).toContain('▀')
    await first.stop()
    const second = await startServer({ data })
    await second.stop()
    expect(second.output()).not.toContain('▀')
  })
})
