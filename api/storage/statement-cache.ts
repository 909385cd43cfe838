import type Sqlite from 'better-sqlite3'
import type { SqliteDatabase, SqliteStatement } from 'kysely'

const KEPT = 200 // texts; the product has fewer, and lists of varying length are the only ones that vary

/** A database file that prepares each text once: to compile a statement takes longer than to run most of them. */
export class StatementCache implements SqliteDatabase {
  readonly #file: Sqlite.Database
  readonly #statements = new Map<string, SqliteStatement>()

  constructor(file: Sqlite.Database) {
    this.#file = file
  }

  prepare(text: string): SqliteStatement {
    const known = this.#statements.get(text)
    if (known !== undefined) return known
    const statement = this.#file.prepare(text) as SqliteStatement
    const [oldest] = this.#statements.keys()
    if (this.#statements.size >= KEPT && oldest !== undefined) this.#statements.delete(oldest)
    this.#statements.set(text, statement)
    return statement
  }

  get inTransaction(): boolean {
    return this.#file.inTransaction
  }

  close(): void {
    this.#statements.clear()
    this.#file.close()
  }
}
