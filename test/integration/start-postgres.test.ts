import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findModule } from '../../softhsm/module.mjs'
import { keysAnswer, signAnswer } from '#shared/contract/keys.ts'
import { signBody } from '#test/support/key-requests.ts'
import { startPostgres, type TestPostgres } from '#test/support/postgres.ts'
import { startServer } from '#test/support/server.ts'
import { signIn } from '#test/support/signed-in-reader.ts'

const COMMAND = fileURLToPath(new URL('../../api/cli/postern.ts', import.meta.url))
const runCommand = promisify(execFile)

let folder = ''
let database: TestPostgres
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-start-postgres-'))
  database = await startPostgres()
}, 60_000)
afterAll(async () => {
  await database.stop()
  rmSync(folder, { recursive: true })
})

test.skipIf(findModule(process.env) === null)(
  'with its records on a server it signs, is not ready while that is away, and finds it again',
  { timeout: 180_000 },
  async () => {
    const { url, password } = await database.createDatabase()
    const passwordFile = join(folder, 'password')
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o400 })
    const env = { POSTERN_DATABASE: url, POSTERN_DATABASE_PASSWORD_FILE: passwordFile }
    const data = join(folder, 'data')
    const server = await startServer({ data, env })
    try {
      const readiness = async () => {
        const answer = await fetch(`${server.origin}/readyz`)
        return answer.status
      }
      const alice = await signIn(server, 'alice')
      const { keys } = keysAnswer.parse(await (await alice.get('/keys')).json())
      const key = keys.find(({ purpose }) => purpose === 'sign')!
      const body = {
        ...signBody(),
        signature: key.algorithm.startsWith('rsa') ? 'rsa-pkcs1' : 'ecdsa',
      }
      const sign = () => alice.post(`/keys/${key.id}/sign`, body)
      expect(signAnswer.safeParse(await (await sign()).json()).success).toBe(true)
      expect(existsSync(join(data, 'postern.db'))).toBe(false)

      await database.kill()
      expect((await sign()).status).toBe(503)
      expect(await readiness()).toBe(503)
      await database.start()
      await expect.poll(readiness, { timeout: 30_000 }).toBe(200)
      expect((await sign()).status).toBe(200)

      const { stdout } = await runCommand(process.execPath, [COMMAND, 'audit', 'verify'], {
        env: { ...env, POSTERN_DATA: data },
      })
      expect(stdout).toMatch(/^The audit is intact/)
    } finally {
      await server.remove()
    }
  },
)
