import { CamelCasePlugin, Kysely } from 'kysely'
import { migrate } from './migrate.ts'
import { postgresDialect, type PostgresPlace } from './postgres.ts'
import type { Db, Schema } from './schema.ts'
import { sqliteDialect } from './sqlite.ts'

/** The path of a SQLite file, or a database on a PostgreSQL server. */
export type DatabasePlace = string | PostgresPlace

/**
 * Opens the database and brings its tables up to date. On either kind, transactions run one after the other:
 * one that reads, then writes, never acts on a stale read.
 * @throws PosternError `audit/unavailable` when it cannot be opened, `config/invalid` when a newer Postern wrote it
 */
export async function openDatabase(place: DatabasePlace): Promise<Db> {
  const dialect = typeof place === 'string' ? sqliteDialect(place) : postgresDialect(place)
  const db = new Kysely<Schema>({ dialect, plugins: [new CamelCasePlugin()] })
  try {
    await migrate(db)
    return db
  } catch (error) {
    await db.destroy()
    throw error
  }
}
