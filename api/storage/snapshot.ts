import Sqlite from 'better-sqlite3'
import { CamelCasePlugin, type Dialect, Kysely, PostgresDialect, SqliteDialect } from 'kysely'
import { Pool } from 'pg'
import { PosternError } from '#shared/errors.ts'
import type { DatabasePlace } from './db.ts'
import { connectionString } from './postgres.ts'
import type { Db, Schema } from './schema.ts'

/**
 * Reads the database as it is at one moment, while others write; they wait for nothing, and nothing is written.
 * @throws PosternError `audit/unavailable` when it cannot be read
 */
export async function withSnapshot<T>(
  place: DatabasePlace,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  const db = new Kysely<Schema>({
    dialect: readingDialect(place),
    plugins: [new CamelCasePlugin()],
  })
  try {
    const reading = db.transaction()
    if (typeof place === 'string') return await reading.execute(work) // a reader of SQLite's WAL has a snapshot
    return await reading
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(work)
  } catch (error) {
    if (error instanceof PosternError) throw error
    throw new PosternError('audit/unavailable', 'The records cannot be read.', { cause: error })
  } finally {
    await db.destroy().catch(() => undefined)
  }
}

function readingDialect(place: DatabasePlace): Dialect {
  if (typeof place !== 'string') {
    const pool = new Pool({ connectionString: connectionString(place), max: 1 })
    pool.on('error', () => undefined) // what runs on the connection hears it too
    return new PostgresDialect({ pool })
  }
  return new SqliteDialect({
    database: () => Promise.resolve(new Sqlite(place, { readonly: true, fileMustExist: true })),
  })
}
