import { type Clock, instant } from '../../clock.ts'
import { appliedVersions } from '../../storage/migrate.ts'
import type { Db } from '../../storage/schema.ts'
import { readRows } from '../../storage/table-rows.ts'
import { tablesWith } from '../../storage/tables.ts'
import { type BackupManifest, BackupWriter } from './format.ts'

/** A backup of the database as `db` sees it: a snapshot, so that all of it is of one moment. */
export class BackupMaker {
  readonly #db: Db
  readonly #clock: Clock
  #manifest: BackupManifest | null = null

  constructor(db: Db, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  /** Its lines, with their ends. */
  async *lines(): AsyncGenerator<string> {
    const writer = new BackupWriter()
    const schema = [...(await appliedVersions(this.#db))].sort((a, b) => a - b)
    yield writer.heading({ format: 'postern/backup/v1', madeAt: instant(this.#clock()), schema })
    for (const table of tablesWith('carried', 'onward')) {
      for await (const row of readRows(this.#db, table)) yield writer.row(table, row)
    }
    const { manifest, line } = writer.manifest()
    this.#manifest = manifest
    yield line
  }

  /** What was written, once all lines were read. */
  get manifest(): BackupManifest {
    if (this.#manifest === null) throw new TypeError('the backup has not come to its end')
    return this.#manifest
  }
}
