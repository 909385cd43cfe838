import Sqlite from 'better-sqlite3'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SelectQueryNode,
} from 'kysely'
import { PosternError } from '#shared/errors.ts'
import type { StatementCache } from './statement-cache.ts'
import type { WriteAheadLog } from './write-ahead-log.ts'

/** One file by its two connections; in memory there is one, which reads as well, and no log. */
type Files = {
  readonly write: StatementCache
  readonly read: StatementCache | null
  readonly log: WriteAheadLog | null
}

/**
 * One writer at a time: a transaction takes the write lock first, so that one that reads, then writes, never acts on
 * a stale read. Who only looks waits for nobody. What was written is on the disk when its query, or its
 * transaction's commit, has been answered.
 */
export class SqliteFiles implements Driver {
  readonly #files: Files
  #lastWriter: Promise<void> = Promise.resolve()

  constructor(files: Files) {
    this.#files = files
  }

  init(): Promise<void> {
    return Promise.resolve()
  }

  acquireConnection(): Promise<Connection> {
    return Promise.resolve(new Connection(this.#files, () => this.#lock()))
  }

  beginTransaction(connection: Connection): Promise<void> {
    return connection.begin()
  }

  commitTransaction(connection: Connection): Promise<void> {
    return connection.commit()
  }

  rollbackTransaction(connection: Connection): Promise<void> {
    connection.rollback()
    return Promise.resolve()
  }

  releaseConnection(): Promise<void> {
    return Promise.resolve()
  }

  async destroy(): Promise<void> {
    const unlock = await this.#lock()
    const { write, read, log } = this.#files
    log?.close()
    read?.close()
    write.close()
    unlock()
  }

  /** Resolves when it is the caller's turn to write, to what ends the turn. */
  async #lock(): Promise<() => void> {
    const turn = Promise.withResolvers<undefined>()
    const before = this.#lastWriter
    this.#lastWriter = turn.promise
    await before
    return () => turn.resolve(undefined)
  }
}

/** Says `audit/unavailable` where the database is away; a mistake in a query stays what it is. */
class Connection implements DatabaseConnection {
  readonly #files: Files
  readonly #lock: () => Promise<() => void>
  /** Ends this connection's transaction for the others; null outside of one. */
  #unlock: (() => void) | null = null

  constructor(files: Files, lock: () => Promise<() => void>) {
    this.#files = files
    this.#lock = lock
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { write, read, log } = this.#files
    if (this.#unlock !== null) return ask(write, query)
    const looks = SelectQueryNode.is(query.query)
    if (looks && read !== null) return ask(read, query)
    const unlock = await this.#lock()
    try {
      return ask(write, query)
    } finally {
      unlock()
      if (!looks) await log?.flush()
    }
  }

  async begin(): Promise<void> {
    const unlock = await this.#lock()
    try {
      run(this.#files.write, 'begin immediate')
      this.#unlock = unlock
    } catch (error) {
      unlock()
      throw error
    }
  }

  async commit(): Promise<void> {
    run(this.#files.write, 'commit')
    this.#end()
    await this.#files.log?.flush()
  }

  rollback(): void {
    if (this.#unlock === null) return // the commit was past that
    try {
      if (this.#files.write.inTransaction) run(this.#files.write, 'rollback')
    } finally {
      this.#end()
    }
  }

  async *streamQuery(): AsyncIterableIterator<never> {
    await Promise.reject(new TypeError('queries are not streamed'))
  }

  #end(): void {
    this.#unlock?.()
    this.#unlock = null
  }
}

function run(file: StatementCache, sql: string): void {
  ask(file, { sql, parameters: [] })
}

function ask<R>(
  file: StatementCache,
  { sql, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>,
): QueryResult<R> {
  try {
    const statement = file.prepare(sql)
    if (statement.reader) return { rows: statement.all(parameters) as R[] }
    return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) }
  } catch (error) {
    if (isMistake(error)) throw error
    const why = 'The records cannot be reached.'
    throw new PosternError('audit/unavailable', why, { cause: error, retryAfter: 5 })
  }
}

function isMistake(error: unknown): boolean {
  return (
    error instanceof Sqlite.SqliteError &&
    /^SQLITE_(ERROR|CONSTRAINT|MISMATCH|RANGE)/.test(error.code)
  )
}
