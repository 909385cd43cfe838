import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { openDatabase } from './db.ts'
import { TABLES, tablesWith } from './tables.ts'

const NAMES = tablesWith('carried', 'onward', 'left')

test('every table is known to backups, with its primary key', async () => {
  const db = await openDatabase(':memory:')
  const { rows } = await sql<{ made: string; column: string }>`
    select tables.name as made, info.name as "column"
    from sqlite_master as tables, pragma_table_info(tables.name) as info
    where tables.type = 'table' and tables.name <> 'schema_version' and info.pk > 0
    order by tables.name, info.pk`.execute(db)
  const keys = NAMES.flatMap((name) =>
    TABLES[name].key.map((column) => [snake(name), snake(column)]),
  )
  const made = rows.map(({ made, column }) => [made, column])
  expect(keys.toSorted(byTable)).toEqual(made.toSorted(byTable))
  await db.destroy()
})

test('every table stands after those that it refers to', async () => {
  const db = await openDatabase(':memory:')
  const { rows } = await sql<{ child: string; parent: string }>`
    select tables.name as child, foreigner."table" as parent
    from sqlite_master as tables, pragma_foreign_key_list(tables.name) as foreigner`.execute(db)
  const order = NAMES.map(snake)
  expect(rows.length).toBeGreaterThan(5)
  for (const { child, parent } of rows) {
    expect([child, order.indexOf(child) > order.indexOf(parent)]).toEqual([child, true])
  }
  await db.destroy()
})

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function byTable([a = '']: readonly string[], [b = '']: readonly string[]): number {
  return a < b ? -1 : Number(a > b)
}
