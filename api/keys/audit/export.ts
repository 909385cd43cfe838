import { type Clock, instant } from '../../clock.ts'
import {
  findLastCheckpoint,
  listAuditKeys,
  readCheckpoints,
} from '../../storage/audit-checkpoints.ts'
import { type AuditPlace, listAuditChains } from '../../storage/audit-entries.ts'
import { readAuditForward } from '../../storage/audit-search.ts'
import type { AuditEntryRow } from '../../storage/audit-rows.ts'
import type { Db } from '../../storage/schema.ts'
import { CLOCKS_DIFFER, type ExportCursor, NOTHING_EXPORTED } from './export-cursor.ts'
import type { AuditRecord } from './export-line.ts'

const PAGE = 1000 // entries in memory at once

/** What to leave out: all that is older than `from`, newer than `to` (ISO 8601 in UTC), or exported before. */
export type ExportRange = {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly since?: ExportCursor | undefined
}

/**
 * One export of the audit: the keys, the checkpoints by their numbers, the entries in the order of time. An export
 * since the cursor of another has what that one had not, each once, also while replicas write.
 */
export class AuditExport {
  readonly #db: Db
  readonly #clock: Clock
  readonly #range: ExportRange
  readonly #since: ExportCursor
  readonly #reached = new Map<string, { sequence: number; at: string }>()
  #latest: string
  #checkpoint: number
  #entries = 0
  #checkpoints = 0

  constructor(db: Db, clock: Clock, range: ExportRange) {
    this.#db = db
    this.#clock = clock
    this.#range = range
    this.#since = range.since ?? NOTHING_EXPORTED
    this.#latest = this.#since.at
    this.#checkpoint = this.#since.checkpoint
  }

  async *records(): AsyncGenerator<AuditRecord> {
    const lastCheckpoint = await findLastCheckpoint(this.#db)
    const chains = await listAuditChains(this.#db) // after it: they reach as far as it says
    const heads = new Map(chains.map(({ writer, sequence }) => [writer, sequence]))
    for (const key of await listAuditKeys(this.#db)) yield { type: 'key', ...key }
    yield* this.#readCheckpoints(lastCheckpoint?.number ?? -1)
    yield* this.#readEntries(heads)
  }

  /** What was exported, once all records were read. */
  end(): { entries: number; checkpoints: number; cursor: ExportCursor } {
    const now = instant(this.#clock())
    const at = this.#latest < now ? this.#latest : now
    const before = at === '' ? '' : instant(new Date(at), -CLOCKS_DIFFER)
    const writers = new Map<string, number>()
    for (const [writer, reached] of this.#reached) {
      if (reached.at >= before) writers.set(writer, reached.sequence)
    }
    const cursor = { at, writers, checkpoint: this.#checkpoint }
    return { entries: this.#entries, checkpoints: this.#checkpoints, cursor }
  }

  async *#readCheckpoints(upTo: number): AsyncGenerator<AuditRecord> {
    const { from, to } = this.#range
    while (this.#checkpoint < upTo) {
      const page = await readCheckpoints(this.#db, this.#checkpoint, upTo, PAGE)
      for (const checkpoint of page) {
        if (to !== undefined && checkpoint.at > to) return
        this.#checkpoint = checkpoint.number
        if (from !== undefined && checkpoint.at < from) continue
        this.#checkpoints++
        yield { type: 'checkpoint', ...checkpoint }
      }
      if (page.length < PAGE) return
    }
  }

  /** @param heads what is written meanwhile is left to the next export: of a chain, all or nothing before an entry */
  async *#readEntries(heads: ReadonlyMap<string, number>): AsyncGenerator<AuditRecord> {
    const { at, writers } = this.#since
    const again = at === '' ? '' : instant(new Date(at), -CLOCKS_DIFFER)
    const from = this.#range.from ?? ''
    const filter = { since: from > again ? from : again, until: this.#range.to }
    for (let last: AuditPlace | null = null; ;) {
      const page: AuditEntryRow[] = await readAuditForward(this.#db, filter, last, PAGE)
      for (const entry of page) {
        const { writer, sequence } = entry
        if (sequence > (heads.get(writer) ?? -1)) continue
        this.#reach(entry)
        if (sequence <= (writers.get(writer) ?? -1)) continue
        this.#entries++
        yield { type: 'entry', ...entry }
      }
      last = page.at(-1) ?? null
      if (page.length < PAGE) return
    }
  }

  #reach({ writer, sequence, at }: AuditEntryRow): void {
    const reached = this.#reached.get(writer)
    if (reached !== undefined && reached.sequence > sequence) return
    this.#reached.set(writer, { sequence, at })
    if (at > this.#latest) this.#latest = at
  }
}
