import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from './db.ts'
import { insertSession } from './sessions.ts'
import { insertUser, listUsers } from './users.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-db-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const dave = {
  id: 'dave',
  username: 'dave',
  name: 'Dave',
  address: 'dave@example.com',
  roles: '',
  passwordHash: null,
  status: 'active',
  createdAt: '2025-03-01T09:00:00.000Z',
} as const

test('the database and what lies beside it are for their owner only', async () => {
  const path = join(folder, 'postern.db')
  const db = await openDatabase(path)
  await insertUser(db, dave)
  for (const suffix of ['', '-wal', '-shm']) {
    expect([suffix, statSync(path + suffix).mode & 0o777]).toEqual([suffix, 0o600])
  }
  await db.destroy()
})

test('what was written is there when it is opened again', async () => {
  const path = join(folder, 'postern.db')
  const first = await openDatabase(path)
  await insertUser(first, dave)
  await first.destroy()
  const second = await openDatabase(path)
  expect(await listUsers(second)).toEqual([dave])
  await second.destroy()
})

test('a database of a newer Postern is left alone', async () => {
  const path = join(folder, 'postern.db')
  const db = await openDatabase(path)
  await db
    .insertInto('schemaVersion')
    .values({ version: 1000, appliedAt: dave.createdAt })
    .execute()
  await db.destroy()
  await expect(openDatabase(path)).rejects.toMatchObject({ code: 'config/invalid' })
})

test('a folder that is not there is said to be so', async () => {
  await expect(openDatabase(join(folder, 'none', 'postern.db'))).rejects.toMatchObject({
    code: 'audit/unavailable',
  })
})

test('two processes that read and then write do so one after the other', async () => {
  const path = join(folder, 'postern.db')
  const [one, two] = [await openDatabase(path), await openDatabase(path)]
  await insertUser(one, { ...dave, name: '0' })
  const increment = (db: typeof one) =>
    db.transaction().execute(async (tx) => {
      const [user] = await listUsers(tx)
      await tx
        .updateTable('users')
        .set({ name: String(Number(user?.name) + 1) })
        .execute()
    })
  for (let round = 0; round < 20; round++) {
    await increment(one)
    await increment(two)
  }
  expect((await listUsers(one))[0]?.name).toBe('40')
  await one.destroy()
  await two.destroy()
})

test('an unknown user cannot own anything', async () => {
  const db = await openDatabase(':memory:')
  const session = {
    id: 's',
    secretHash: 'h',
    userId: 'nobody',
    device: '',
    stage: 'full',
    means: '',
  } as const
  const { createdAt } = dave
  const times = { createdAt, lastSeenAt: createdAt, absoluteExpiresAt: createdAt, endedAt: null }
  await expect(insertSession(db, { ...session, ...times })).rejects.toMatchObject({
    code: 'SQLITE_CONSTRAINT_FOREIGNKEY',
  })
})

test('old attempts are found by an index', async () => {
  const db = await openDatabase(':memory:')
  const plan = await sql<{ detail: string }>`
    explain query plan delete from attempts where last_at < '2025'`.execute(db)
  expect(plan.rows[0]?.detail).toContain('attempts_by_age')
  await db.destroy()
})
