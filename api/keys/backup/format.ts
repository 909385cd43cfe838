import { createHash, type Hash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { PosternError } from '#shared/errors.ts'
import type { AuditHeadRow } from '../../storage/audit-rows.ts'
import type { AnyRow } from '../../storage/table-rows.ts'
import { isTableName, type TableName } from '../../storage/tables.ts'

/**
 * A backup is text, a line for each of these as JSON: the heading, every row of one table after the other, and the
 * manifest. The same for every kind of database.
 */
export type BackupHeading = {
  readonly format: 'postern/backup/v1'
  /** ISO 8601 in UTC. */
  readonly madeAt: string
  /** The numbers of the migrations that made its tables. */
  readonly schema: readonly number[]
}

export type BackupManifest = {
  readonly rows: Readonly<Partial<Record<TableName, number>>>
  /** Where each chain of its audit stands. */
  readonly heads: readonly AuditHeadRow[]
  /** SHA-256, in hexadecimal, of every line before this one, line ends included: what the backup is called. */
  readonly sha256: string
}

export type BackupRow = { readonly table: TableName; readonly row: AnyRow }

/** Writes the lines, and keeps count for the manifest. */
export class BackupWriter {
  readonly #digest: Hash = createHash('sha256')
  readonly #rows: Partial<Record<TableName, number>> = {}
  readonly #heads: AuditHeadRow[] = []

  heading(heading: BackupHeading): string {
    return this.#line(heading)
  }

  row(table: TableName, row: AnyRow): string {
    this.#rows[table] = (this.#rows[table] ?? 0) + 1
    if (table === 'auditHeads') this.#heads.push(headOf(row))
    return this.#line([table, row])
  }

  manifest(): { manifest: BackupManifest; line: string } {
    const sha256 = this.#digest.digest('hex')
    const manifest = { rows: this.#rows, heads: this.#heads, sha256 }
    return { manifest, line: `${JSON.stringify({ manifest })}\n` }
  }

  #line(value: unknown): string {
    const line = `${JSON.stringify(value)}\n`
    this.#digest.update(line)
    return line
  }
}

/** Reads lines, given without their ends, and finds what does not fit. */
export class BackupReader {
  readonly #digest: Hash = createHash('sha256')
  readonly #rows: Partial<Record<TableName, number>> = {}
  readonly #heads: AuditHeadRow[] = []
  #heading: BackupHeading | null = null
  #manifest: BackupManifest | null = null

  /**
   * @returns the row, or null for the heading and the manifest
   * @throws PosternError `config/invalid`
   */
  take(line: string): BackupRow | null {
    const value = parseLine(line)
    if (this.#manifest !== null) throw damaged('goes on after its end')
    if (this.#heading === null) {
      this.#heading = headingOf(value)
    } else if (Array.isArray(value)) {
      this.#digest.update(`${line}\n`)
      return this.#count(rowOf(value))
    } else {
      this.#manifest = this.#checked(value)
      return null
    }
    this.#digest.update(`${line}\n`)
    return null
  }

  /** @throws PosternError `config/invalid` when the lines have ended too early */
  end(): { heading: BackupHeading; manifest: BackupManifest } {
    if (this.#heading === null || this.#manifest === null) throw damaged('has no end')
    return { heading: this.#heading, manifest: this.#manifest }
  }

  #count(row: BackupRow): BackupRow {
    this.#rows[row.table] = (this.#rows[row.table] ?? 0) + 1
    if (row.table === 'auditHeads') this.#heads.push(headOf(row.row))
    return row
  }

  #checked(value: unknown): BackupManifest {
    const manifest = manifestOf(value)
    if (manifest.sha256 !== this.#digest.digest('hex')) throw damaged('was changed')
    const said = { rows: this.#rows, heads: this.#heads, sha256: manifest.sha256 }
    if (!isDeepStrictEqual(manifest, said)) throw damaged('has other rows than it says')
    return manifest
  }
}

function headOf(row: AnyRow): AuditHeadRow {
  return row as unknown as AuditHeadRow // of its table
}

function headingOf(value: unknown): BackupHeading {
  const heading = value as Partial<BackupHeading> | null
  const { format, madeAt, schema } = heading ?? {}
  const isOne =
    format === 'postern/backup/v1' && typeof madeAt === 'string' && Array.isArray(schema)
  if (isOne) return { format, madeAt, schema }
  throw new PosternError('config/invalid', 'This file is no backup of Postern.')
}

function rowOf(value: readonly unknown[]): BackupRow {
  const [table, row] = value
  if (typeof table !== 'string' || !isTableName(table)) throw damaged('has an unknown table')
  if (typeof row !== 'object' || row === null) throw damaged('has a row that is none')
  return { table, row: row as AnyRow } // the digest holds: it is as it was written
}

function manifestOf(value: unknown): BackupManifest {
  if (typeof value === 'object' && value !== null && 'manifest' in value) {
    return value.manifest as BackupManifest // compared with the lines before it
  }
  throw damaged('has a line that is none')
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw damaged('has a line that is none')
  }
}

function damaged(how: string): PosternError {
  return new PosternError('config/invalid', `The backup ${how}; take another one.`)
}
