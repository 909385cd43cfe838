import { CamelCasePlugin, Kysely, sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Schema } from '../schema.ts'
import { sqliteDialect } from '../sqlite.ts'
import { listFactors } from '../factors.ts'
import { firstTables } from './001-first-tables.ts'
import { factors } from './020-factors.ts'

test('a seed from before is its user’s first factor, and codes that were used stay used', async () => {
  const dialect = sqliteDialect(':memory:')
  const db = new Kysely<Schema>({ dialect, plugins: [new CamelCasePlugin()] })
  await firstTables(db)
  const createdAt = '2025-03-01T09:00:00.000Z'
  const dave = sql`('dave', 'dave', 'Dave', 'dave@example.com', '', null, ${createdAt})`
  await sql`insert into users values ${dave}`.execute(db)
  await sql`insert into totp_seeds values ('dave', 'sealed', 58027320, ${createdAt})`.execute(db)
  await factors(db)
  expect(await listFactors(db, 'dave')).toMatchObject([
    {
      userId: 'dave',
      kind: 'totp',
      sealedSeed: 'sealed',
      counter: 58_027_320,
      digits: 6,
      createdAt,
      lastUsedAt: '2025-03-01T09:00:00.000Z',
    },
  ])
  await db.destroy()
})
