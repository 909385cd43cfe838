import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyAudit } from '#api/keys/audit/verify.ts'
import { openDatabase } from '#api/storage/db.ts'
import { openCompany } from '#test/support/key-company.ts'
import { unwrapBody } from '#test/support/key-requests.ts'

const KILLS = 3
const LONGEST_LIFE = 20_000 // milliseconds; a child that does nothing must not outlive its test
const CHILD = fileURLToPath(new URL('../support/signing-process.ts', import.meta.url))
const COMMAND = fileURLToPath(new URL('../../api/cli/postern.ts', import.meta.url))
const runCommand = promisify(execFile)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-crash-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Signs in another process, kills that after so many answers, and tells which answers were received. */
async function signUntilKilled(path: string, answers: number): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: LONGEST_LIFE,
    killSignal: 'SIGKILL',
  })
  const exited = once(child, 'exit')
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (output.split('\n').length > answers) child.kill('SIGKILL')
  })
  const [, signal] = (await exited) as [number | null, string | null]
  expect(signal).toBe('SIGKILL')
  return output.split('\n').slice(0, -1)
}

test(`of ${KILLS} processes killed while signing, every signature received is on record`, async () => {
  const path = join(folder, 'killed.db')
  for (let round = 0; round < KILLS; round++) {
    const database = `${path}-${round}`
    const received = await signUntilKilled(database, 20 + 37 * round)
    const db = await openDatabase(database)
    const rows = await db
      .selectFrom('auditEntries')
      .select('operation')
      .where('phase', '=', 'result')
      .where('action', '=', 'sign')
      .where('outcome', '=', 'done')
      .execute()
    const recorded = new Set(rows.map((row) => row.operation))
    expect(received.length).toBeGreaterThanOrEqual(20 + 37 * round)
    expect(received.filter((operation) => !recorded.has(operation))).toEqual([])
    expect(await verifyAudit(db)).toMatchObject({ kind: 'intact' })
    await db.destroy()
  }
}, 60_000)

test('switched off by the postern command amid many operations, none is released after that', async () => {
  const company = await openCompany(join(folder, 'postern.db'))
  const person = await company.hire('alice')
  await company.records.db.updateTable('keys').set({ perMinute: 1e6, perDay: 1e6 }).execute()
  const client = await company.signedIn(person)
  company.hsm.beforeAnswer = () => new Promise((resolve) => setTimeout(resolve, 2))
  const { id } = person.encryptKey

  let received = 0
  const readUntilRefused = async () => {
    for (;;) {
      const answer = await client.post(`/keys/${id}/unwrap`, unwrapBody())
      if (answer.status !== 200) return answer.status
      received++
    }
  }
  const readers = Array.from({ length: 8 }, readUntilRefused)
  const { stdout } = await runCommand(process.execPath, [COMMAND, 'key', 'switch-off', id], {
    env: { POSTERN_DATA: folder },
    timeout: LONGEST_LIFE,
  })
  expect(stdout).toContain('is switched off.')
  expect(await Promise.all(readers)).toEqual(Array(8).fill(403))

  const rows = await company.records.db
    .selectFrom('auditEntries')
    .select(['action', 'phase', 'outcome'])
    .orderBy('rowid' as 'sequence') // the order in which this database committed them
    .execute()
  const off = rows.findIndex((row) => row.action === 'key-switched-off')
  const isRelease = (row: (typeof rows)[number]) =>
    row.action === 'unwrap' && row.outcome === 'done'
  expect(received).toBeGreaterThan(0)
  expect(rows.slice(0, off).filter(isRelease)).toHaveLength(received)
  expect(rows.slice(off).filter(isRelease)).toEqual([])
  expect(await verifyAudit(company.records.db)).toMatchObject({ kind: 'intact', writers: 2 })
  await company.records.db.destroy()
}, 60_000)
