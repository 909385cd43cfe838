import { afterAll, beforeAll, expect, test } from 'vitest'
import { Journal } from '../keys/audit/journal.ts'
import { verifyAudit } from '../keys/audit/verify.ts'
import { TestClock } from '#test/support/clock.ts'
import { startPostgres, type TestPostgres } from '#test/support/postgres.ts'
import { openDatabase } from './db.ts'
import { insertUser, listUsers } from './users.ts'

let server: TestPostgres
beforeAll(async () => {
  server = await startPostgres()
}, 60_000)
afterAll(() => server.stop())

const dave = {
  id: 'dave',
  username: 'dave',
  name: '0',
  address: 'dave@example.com',
  roles: '',
  passwordHash: null,
  status: 'active',
  createdAt: '2025-03-01T09:00:00.000Z',
} as const

test('replicas that start together on an empty database make its tables once', async () => {
  const place = await server.createDatabase()
  const replicas = await Promise.all([place, place, place].map(openDatabase))
  const versions = await replicas[0]!.selectFrom('schemaVersion').select('version').execute()
  expect(new Set(versions.map(({ version }) => version)).size).toBe(versions.length)
  expect(versions.length).toBeGreaterThan(0)
  for (const db of replicas) await db.destroy()
})

test('a database of a newer Postern is left alone', async () => {
  const place = await server.createDatabase()
  const db = await openDatabase(place)
  const row = { version: 1000, appliedAt: dave.createdAt }
  await db.insertInto('schemaVersion').values(row).execute()
  await db.destroy()
  await expect(openDatabase(place)).rejects.toMatchObject({ code: 'config/invalid' })
})

test('of transactions that read and then write at once, none acts on a stale read', async () => {
  const place = await server.createDatabase()
  const [one, two] = [await openDatabase(place), await openDatabase(place)]
  await insertUser(one, dave)
  const increment = (db: typeof one) =>
    db.transaction().execute(async (tx) => {
      const [user] = await listUsers(tx)
      const name = String(Number(user?.name) + 1)
      await tx.updateTable('users').set({ name }).execute()
    })
  await Promise.all(
    Array.from({ length: 40 }, (_, index) => increment(index % 2 === 0 ? one : two)),
  )
  expect((await listUsers(one))[0]?.name).toBe('40')
  await one.destroy()
  await two.destroy()
})

test('text sorts by its bytes', async () => {
  const db = await openDatabase(await server.createDatabase())
  for (const username of ['b', 'a-c', 'ab', 'B']) {
    await insertUser(db, { ...dave, id: username, username, address: username })
  }
  expect((await listUsers(db)).map(({ username }) => username)).toEqual(['B', 'a-c', 'ab', 'b'])
  const columns = await db
    .selectFrom('information_schema.columns' as 'users')
    .select('collation_name' as 'name')
    .where('table_name' as 'name', '=', 'users')
    .where('column_name' as 'name', '=', 'username')
    .execute()
  expect(Object.values(columns[0] ?? {})).toEqual(['C'])
  await db.destroy()
})

test('what was committed survives a killed server, which is said to be away and is found again', async () => {
  const db = await openDatabase(await server.createDatabase())
  const journal = new Journal(db, new TestClock().read)
  const write = () =>
    journal.write((_tx, append) => {
      append({ phase: 'event', action: 'sign-in', operation: 'o', outcome: 'done' })
      return Promise.resolve()
    })
  await write()
  await server.kill()
  await expect(write()).rejects.toMatchObject({ code: 'audit/unavailable', retryAfter: 5 })
  await server.start()
  await write()
  expect(await verifyAudit(db)).toMatchObject({ kind: 'intact', entries: 2 })
  await db.destroy()
}, 60_000)
