import { chmodSync, closeSync, openSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { type Dialect, type Driver, SqliteAdapter, SqliteDialect } from 'kysely'
import { PosternError } from '#shared/errors.ts'
import { SqliteFiles } from './sqlite-connection.ts'
import { StatementCache } from './statement-cache.ts'
import { type Flush, WriteAheadLog } from './write-ahead-log.ts'

const BUSY_MS = 2000 // a second process (the postern command) writes for milliseconds
const IN_MEMORY = ':memory:'

/**
 * A SQLite file, made with mode 0600 when it is missing.
 * @param flush how what was written gets to the disk, if not as usual
 * @throws PosternError `audit/unavailable` when it cannot be opened
 */
export function sqliteDialect(path: string, flush?: Flush): Dialect {
  const write = openFile(path)
  if (path === IN_MEMORY) return new FilesDialect(new SqliteFiles({ write, read: null, log: null }))
  const log = new WriteAheadLog(path, flush)
  return new FilesDialect(new SqliteFiles({ write, read: openToRead(path), log }))
}

function openFile(path: string): StatementCache {
  try {
    if (path !== IN_MEMORY) {
      closeSync(openSync(path, 'a', 0o600)) // SQLite gives its -wal and -shm files the same mode
      chmodSync(path, 0o600)
    }
    const file = new Sqlite(path, { timeout: BUSY_MS })
    file.pragma('journal_mode = WAL')
    file.pragma('synchronous = NORMAL') // checkpoints wait for the disk; commits do by `WriteAheadLog`
    file.pragma('foreign_keys = ON')
    return new StatementCache(file)
  } catch (error) {
    throw new PosternError('audit/unavailable', 'The database cannot be opened.', { cause: error })
  }
}

/** By a connection of its own, which sees what was committed and waits for no writer. */
function openToRead(path: string): StatementCache {
  return new StatementCache(new Sqlite(path, { timeout: BUSY_MS, readonly: true }))
}

class FilesDialect extends SqliteDialect {
  readonly #files: SqliteFiles

  constructor(files: SqliteFiles) {
    super({ database: () => Promise.reject(new TypeError('the driver has its own')) })
    this.#files = files
  }

  override createDriver(): Driver {
    return this.#files
  }

  override createAdapter(): SqliteAdapter {
    return new FilesAdapter()
  }
}

class FilesAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true // the driver sees to it that there is one writer
  }
}
