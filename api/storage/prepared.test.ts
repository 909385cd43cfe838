import { expect, test } from 'vitest'
import { openDatabase } from './db.ts'
import { listKeysById } from './keys.ts'
import { listSessionsById } from './sessions.ts'
import { findUses, insertUses } from './uses.ts'

const use = (number: number) => ({ subject: `key ${number}`, number: 1, at: `time ${number}` })

test.each([0, 1, 2, 3, 7, 64, 65, 200])(
  '%i rows go in, each with its own values',
  async (count) => {
    const db = await openDatabase(':memory:')
    const rows = Array.from({ length: count }, (_, index) => use(index))
    await insertUses(db, rows)
    expect(await db.selectFrom('uses').selectAll().orderBy('at').execute()).toEqual(
      rows.toSorted((a, b) => (a.at < b.at ? -1 : 1)),
    )
    const found = await findUses(
      db,
      rows.map(({ subject }) => ({ subject, back: 0 })),
    )
    expect(new Map(found.map(({ subject, at }) => [subject, at]))).toEqual(
      new Map(rows.map(({ subject, at }) => [subject, at])),
    )
    await db.destroy()
  },
)

test('two databases in one process have texts of their own', async () => {
  const databases = [await openDatabase(':memory:'), await openDatabase(':memory:')] as const
  await insertUses(databases[0], [use(0)])
  await insertUses(databases[1], [use(1)])
  for (const [index, db] of databases.entries()) {
    expect(await db.selectFrom('uses').selectAll().execute()).toEqual([use(index)])
    expect(await listKeysById(db, ['nobody'])).toEqual([])
    expect(await listSessionsById(db, [])).toEqual([])
    await db.destroy()
  }
})
