import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CamelCasePlugin, Kysely } from 'kysely'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { migrate } from './migrate.ts'
import type { Db, Schema } from './schema.ts'
import { sqliteDialect } from './sqlite.ts'
import { insertUses } from './uses.ts'
import type { Flush } from './write-ahead-log.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-log-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const use = { subject: 'key', number: 1, at: '2025-03-01T09:00:00.000Z' }

async function open(flush: Flush): Promise<Db> {
  const dialect = sqliteDialect(join(folder, 'postern.db'), flush)
  const db = new Kysely<Schema>({ dialect, plugins: [new CamelCasePlugin()] })
  await migrate(db)
  return db
}

const inTransaction = (db: Db) => db.transaction().execute((tx) => insertUses(tx, [use]))
const alone = (db: Db) => insertUses(db, [use])

test.each([
  ['a transaction', inTransaction],
  ['a query alone', alone],
])('%s is answered when the disk has what it wrote', async (_what, write) => {
  const flush = vi.fn<Flush>(() => Promise.resolve())
  const db = await open(flush)
  const disk = Promise.withResolvers<undefined>()
  flush.mockReset().mockReturnValue(disk.promise.then(() => undefined))
  const done = vi.fn()
  const written = write(db).then(done)
  await expect.poll(() => flush.mock.calls.length).toBe(1)
  expect(await db.selectFrom('keys').selectAll().execute()).toEqual([]) // who only looks does not wait
  expect(done).not.toHaveBeenCalled()
  disk.resolve(undefined)
  await written
  expect(flush).toHaveBeenCalledTimes(1)
  expect(await db.selectFrom('uses').selectAll().execute()).toEqual([use])
  expect(flush).toHaveBeenCalledTimes(1) // to look costs no wait
  await db.destroy()
})

test('when the disk fails once, nothing is said to be written any more', async () => {
  const flush = vi.fn<Flush>(() => Promise.resolve())
  const db = await open(flush)
  flush.mockRejectedValueOnce(new Error('EIO'))
  await expect(inTransaction(db)).rejects.toMatchObject({ code: 'audit/unavailable' })
  await expect(inTransaction(db)).rejects.toBeDefined()
  const another = { ...use, number: 2 }
  await expect(insertUses(db, [another])).rejects.toMatchObject({ code: 'audit/unavailable' })
  await db.destroy()
})
