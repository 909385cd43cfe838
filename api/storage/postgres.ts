import { Pool, type PoolClient, type QueryConfig } from 'pg'
import {
  ColumnDefinitionNode,
  CompiledQuery,
  type DatabaseConnection,
  type DataTypeNode,
  type Dialect,
  type Driver,
  PostgresDialect,
  PostgresQueryCompiler,
  type QueryCompiler,
  type QueryResult,
} from 'kysely'
import { PosternError } from '#shared/errors.ts'

/** `url` is `postgres://user@host/db` without a password; null leaves that to pg's own password file. */
export type PostgresPlace = { readonly url: string; readonly password: string | null }

const CONNECT_MS = 5_000
const STATEMENT_MS = 10_000
const LOCK_MS = 10_000 // many replicas may wait for their turn, each for milliseconds
const IDLE_TRANSACTION_MS = 5_000 // a replica that stalls in its turn must not stop the others
const READ_MS = 15_000 // a server that has vanished from the network ends nothing by itself
const WRITER_LOCK = 0x706f_7374 // "post": the one lock that every transaction takes first

const SETTINGS = [
  'synchronous_commit=on', // a commit that was answered survives a power cut
  `statement_timeout=${STATEMENT_MS}`,
  `lock_timeout=${LOCK_MS}`,
  `idle_in_transaction_session_timeout=${IDLE_TRANSACTION_MS}`,
]

/** A database on a PostgreSQL server. It connects when it is first used, and again after the server was away. */
export function postgresDialect(place: PostgresPlace): Dialect {
  const pool = new Pool({
    connectionString: connectionString(place),
    options: SETTINGS.map((setting) => `-c ${setting}`).join(' '),
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: READ_MS,
    keepAlive: true,
  })
  pool.on('error', () => undefined) // an idle connection was lost: the pool makes another when one is needed
  return new WritingDialect(pool)
}

/** pg takes the password of an address, even an absent one, before any other. Never to be shown. */
export function connectionString({ url, password }: PostgresPlace): string {
  if (password === null) return url
  const address = new URL(url)
  address.password = encodeURIComponent(password)
  return address.href
}

class WritingDialect extends PostgresDialect {
  readonly #pool: Pool

  constructor(pool: Pool) {
    super({ pool })
    this.#pool = pool
  }

  override createDriver(): Driver {
    return new WritingDriver(this.#pool)
  }

  override createQueryCompiler(): QueryCompiler {
    return new PlainTextCompiler()
  }
}

/** Text is compared byte by byte, as in SQLite, whatever language the database was made for. */
class PlainTextCompiler extends PostgresQueryCompiler {
  protected override visitDataType(node: DataTypeNode): void {
    super.visitDataType(node)
    const isColumn = this.parentNode !== undefined && ColumnDefinitionNode.is(this.parentNode)
    if (isColumn && node.dataType === 'text') this.append(' collate "C"')
  }
}

/**
 * Transactions take one lock first, each in turn: the one writer at a time that SQLite has. At "read committed"
 * every statement after it sees what the transactions before have committed.
 */
class WritingDriver implements Driver {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  init(): Promise<void> {
    return Promise.resolve()
  }

  async acquireConnection(): Promise<Connection> {
    try {
      return new Connection(await this.#pool.connect())
    } catch (error) {
      throw unavailable(error)
    }
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(
      CompiledQuery.raw(
        `begin isolation level read committed; select pg_advisory_xact_lock(${WRITER_LOCK})`,
      ),
    )
  }

  async commitTransaction(connection: Connection): Promise<void> {
    if ((await connection.command('commit')) === 'COMMIT') return
    throw unavailable(new Error('the transaction was rolled back instead of committed'))
  }

  async rollbackTransaction(connection: Connection): Promise<void> {
    await connection.command('rollback')
  }

  releaseConnection(connection: Connection): Promise<void> {
    connection.release()
    return Promise.resolve()
  }

  destroy(): Promise<void> {
    return this.#pool.end()
  }
}

/** Says `audit/unavailable` where the database is away; a mistake in a query stays what it is. */
class Connection implements DatabaseConnection {
  readonly #client: PoolClient
  readonly #onError = () => {
    this.#broken = true // said here, or nobody hears it and the process ends
  }
  #broken = false

  constructor(client: PoolClient) {
    this.#client = client
    client.on('error', this.#onError)
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, rowCount, command } = await this.#ask<R>(sql, parameters)
    const changes = /^(INSERT|UPDATE|DELETE)$/.test(command)
    return changes ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows }
  }

  /** @returns what the server did, which for a failed transaction's `commit` is `ROLLBACK` */
  async command(sql: string): Promise<string> {
    return (await this.#ask(sql, [])).command
  }

  async *streamQuery(): AsyncIterableIterator<never> {
    await Promise.reject(new TypeError('queries are not streamed'))
  }

  release(): void {
    this.#client.off('error', this.#onError)
    this.#client.release(this.#broken)
  }

  async #ask<R>(sql: string, parameters: readonly unknown[]) {
    try {
      const answer = await this.#client.query<R & object>(queryOf(sql, parameters))
      return Array.isArray(answer) ? { rows: [], rowCount: 0, command: 'BEGIN' } : answer
    } catch (error) {
      if (isMistake(error)) throw error
      this.#broken = true // whatever is still under way on it must reach nobody else
      throw unavailable(error)
    }
  }
}

const NAMED = 200 // texts; the product has fewer that are asked often

const names = new Map<string, string>()

/** A text with parameters has a name: each connection's server then parses it once. */
function queryOf(text: string, parameters: readonly unknown[]): QueryConfig {
  if (parameters.length === 0) return { text }
  const values = [...parameters]
  const known = names.get(text)
  if (known === undefined && names.size >= NAMED) return { text, values }
  const name = known ?? `postern ${names.size}`
  names.set(text, name)
  return { name, text, values }
}

/** SQLSTATE classes 22 data, 23 constraints, 42 syntax and rights. */
function isMistake(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^(22|23|42)[0-9A-Z]{3}$/.test(error.code)
  )
}

function unavailable(cause: unknown): PosternError {
  return new PosternError('audit/unavailable', 'The records cannot be reached.', {
    cause,
    retryAfter: 5,
  })
}
