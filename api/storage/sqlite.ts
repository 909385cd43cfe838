import { chmodSync, closeSync, openSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type QueryResult,
} from 'kysely'
import { PosternError } from '#shared/errors.ts'
import { StatementCache } from './statement-cache.ts'

const BUSY_MS = 2000 // a second process (the postern command) writes for milliseconds

/**
 * A SQLite file, made with mode 0600 when it is missing.
 * @throws PosternError `audit/unavailable` when it cannot be opened
 */
export function sqliteDialect(path: string): Dialect {
  return new WritingDialect({ database: new StatementCache(openFile(path)) })
}

function openFile(path: string): Sqlite.Database {
  try {
    if (path !== ':memory:') {
      closeSync(openSync(path, 'a', 0o600)) // SQLite gives its -wal and -shm files the same mode
      chmodSync(path, 0o600)
    }
    const file = new Sqlite(path, { timeout: BUSY_MS })
    file.pragma('journal_mode = WAL')
    file.pragma('synchronous = FULL') // a commit that was answered survives a power cut
    file.pragma('foreign_keys = ON')
    return file
  } catch (error) {
    throw new PosternError('audit/unavailable', 'The database cannot be opened.', { cause: error })
  }
}

class WritingDialect extends SqliteDialect {
  readonly #config: { database: SqliteDatabase }

  constructor(config: { database: SqliteDatabase }) {
    super(config)
    this.#config = config
  }

  override createDriver(): Driver {
    return new WritingDriver(this.#config)
  }
}

/** Transactions take the write lock first: one that reads, then writes, must never act on a stale read. */
class WritingDriver extends SqliteDriver {
  #connection: DatabaseConnection | undefined

  override async acquireConnection(): Promise<DatabaseConnection> {
    this.#connection ??= new GuardedConnection(await super.acquireConnection())
    return this.#connection
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

/** Says `audit/unavailable` where the database is away; a mistake in a query stays what it is. */
class GuardedConnection implements DatabaseConnection {
  readonly #inner: DatabaseConnection

  constructor(inner: DatabaseConnection) {
    this.#inner = inner
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      return await this.#inner.executeQuery<R>(query)
    } catch (error) {
      throw isMistake(error)
        ? error
        : new PosternError('audit/unavailable', 'The records cannot be reached.', {
            cause: error,
            retryAfter: 5,
          })
    }
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#inner.streamQuery<R>(query, chunkSize)
  }
}

function isMistake(error: unknown): boolean {
  return (
    error instanceof Sqlite.SqliteError &&
    /^SQLITE_(ERROR|CONSTRAINT|MISMATCH|RANGE)/.test(error.code)
  )
}
