import Sqlite from 'better-sqlite3'

/**
 * Claims `path` for this process, with the file lock that SQLite takes: the system gives it back when the process
 * ends, however it ends. Null when another process has it.
 */
export function lockFile(path: string): { release: () => void } | null {
  const file = new Sqlite(path, { timeout: 0 })
  try {
    file.exec('begin exclusive')
    return { release: () => file.close() }
  } catch (error) {
    file.close()
    if (error instanceof Sqlite.SqliteError && error.code === 'SQLITE_BUSY') return null
    throw error
  }
}
