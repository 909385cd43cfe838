import { type Kysely, sql } from 'kysely'
import type { Db } from './schema.ts'
import { type TableName, TABLES } from './tables.ts'

/** A row of any table, by the names that the schema has for its columns. */
export type AnyRow = Readonly<Record<string, string | number | null>>

const PAGE = 500 // rows in memory at once
const BATCH = 100 // rows in one statement: with their columns fewer values than either database takes

/** Every row of the table in the order of its key. */
export async function* readRows(db: Db, table: TableName): AsyncGenerator<AnyRow> {
  const key: readonly string[] = TABLES[table].key
  const order = sql.join(key.map((column) => sql.ref(column)))
  for (let last: AnyRow | null = null; ;) {
    let query = loose(db).selectFrom(table).selectAll().limit(PAGE)
    for (const column of key) query = query.orderBy(column)
    const after: AnyRow | null = last
    if (after !== null) {
      const place = sql.join(key.map((column) => after[column] ?? null))
      query = query.where(sql<boolean>`(${order}) > (${place})`)
    }
    const page: AnyRow[] = await query.execute()
    yield* page
    last = page.at(-1) ?? null
    if (page.length < PAGE) return
  }
}

/** Takes rows in turn, and inserts them in groups; `end` inserts the last ones. */
export class RowWriter {
  readonly #db: Db
  #table: TableName | null = null
  #rows: AnyRow[] = []

  constructor(db: Db) {
    this.#db = db
  }

  async put(table: TableName, row: AnyRow): Promise<void> {
    if (table !== this.#table || this.#rows.length === BATCH) await this.end()
    this.#table = table
    this.#rows.push(row)
  }

  async end(): Promise<void> {
    if (this.#table !== null && this.#rows.length > 0) {
      await loose(this.#db).insertInto(this.#table).values(this.#rows).execute()
    }
    this.#rows = []
  }
}

/** Takes every row away, of tables that refer to others before those. */
export async function emptyTables(db: Db, tables: readonly TableName[]): Promise<void> {
  for (const table of tables.toReversed()) await loose(db).deleteFrom(table).execute()
}

/** The same database where any table may stand, and any column. */
function loose(db: Db): Kysely<Record<string, AnyRow>> {
  return db as unknown as Kysely<Record<string, AnyRow>>
}
