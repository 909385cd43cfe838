import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findModule } from '../../softhsm/module.mjs'
import { verifyAudit } from '#api/keys/audit/verify.ts'
import { openDatabase } from '#api/storage/db.ts'
import { untilReady } from '#test/support/ready.ts'
import { freePort, launchServer, startServer } from '#test/support/server.ts'

const START = fileURLToPath(new URL('../../softhsm/start.mjs', import.meta.url))
const FIRST_START = 60_000 // ms; RSA keys are made in the token, and other tests run beside this one

type Ended = { readonly code: number | null; readonly output: string }

let data = ''
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'postern-start-'))
})
afterEach(() => rmSync(data, { recursive: true, force: true }))

/** `npm start` without npm. */
function start(port: number, folder = data) {
  const child = spawn(process.execPath, [START], {
    env: { ...process.env, POSTERN_DATA: folder, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const keep = (chunk: Buffer): void => {
    output += chunk.toString()
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, output }))
  })
  return { child, ended }
}

/** What must be true of every refusal: the exit code says so, and so does a sentence without a stack. */
function expectRefusal({ code, output }: Ended, sentence: RegExp): void {
  expect(code).toBe(1)
  expect(output).toMatch(sentence)
  expect(output).not.toMatch(/^\s+at /m)
}

describe.skipIf(findModule(process.env) === null)(
  'starting Postern',
  { timeout: 3 * FIRST_START },
  () => {
    it('stops cleanly when npm start is told to, with all of the audit signed, and leaves with 0', async () => {
      const port = await freePort()
      const { child, ended } = start(port)
      await untilReady(`http://127.0.0.1:${port}`, child, FIRST_START).catch(async () => {
        child.kill('SIGKILL')
        throw new Error(`It did not start: ${(await ended).output}`)
      })
      child.kill('SIGTERM')
      expect((await ended).code).toBe(0)
      const db = await openDatabase(join(data, 'postern.db'))
      const verdict = await verifyAudit(db)
      expect(verdict).toMatchObject({ kind: 'intact', pinned: false, uncovered: 0 })
      await db.destroy()
    })

    it('names a busy port, and has made nothing yet', async () => {
      const other = createServer()
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
      const { port } = other.address() as AddressInfo
      expectRefusal(await start(port).ended, new RegExp(`Port ${port} is in use`))
      expect(existsSync(join(data, 'postern.db'))).toBe(false)
      await new Promise((resolve) => other.close(resolve))
    })

    it('names a data folder that cannot be written', async () => {
      writeFileSync(join(data, 'file'), '')
      data = join(data, 'file', 'below')
      expectRefusal(await start(await freePort()).ended, /data folder .* cannot be/)
      data = join(data, '../..')
    })

    it('finishes on the next start what a killed first start left half-made', async () => {
      for (const moment of [300, 700, 1_200, 2_000]) {
        const child = launchServer(data, await freePort())
        await sleep(moment)
        child.kill('SIGKILL')
        await once(child, 'close')
      }
      const server = await startServer({ data })
      expect(server.login('alice').password).not.toBe('')
      expect(await server.stop()).toBe(0)
    })

    it('refuses a wrong PIN in one sentence, and runs again when the right one is back', async () => {
      const first = await startServer({ data })
      await first.stop()
      const pin = join(data, 'pin')
      const right = readFileSync(pin, 'utf8')
      chmodSync(pin, 0o600)
      writeFileSync(pin, '0000-not-the-pin')
      expectRefusal(await start(await freePort()).ended, /PIN/)
      expect(statSync(join(data, 'refused-pin')).mode & 0o777).toBe(0o600)

      renameSync(join(data, 'tokens'), join(data, 'hidden')) // whoever asks for the token now finds none
      expectRefusal(await start(await freePort()).ended, /PIN .* is not tried again until/)
      rmSync(join(data, 'tokens'), { recursive: true })
      renameSync(join(data, 'hidden'), join(data, 'tokens'))

      writeFileSync(pin, right)
      chmodSync(pin, 0o400)
      const again = await startServer({ data })
      expect(existsSync(join(data, 'refused-pin'))).toBe(false)
      expect(await again.stop()).toBe(0)
    })
  },
)
