import { setImmediate } from 'node:timers/promises'
import { isPosternError, PosternError } from '#shared/errors.ts'
import { type Clock, instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import { findAuditHead, insertAuditEntries, putAuditHead } from '../../storage/audit-entries.ts'
import type { AuditEntryRow, Db } from '../../storage/schema.ts'
import { type AuditEntry, chainEntry, type Link, START_OF_CHAIN } from './entry.ts'

const GATHERING_TURNS = 3 // of the event loop: a call takes that many from its socket to the queue
const LARGEST_BATCH = 64 // works in one commit; enough to hide the disk, few enough to answer soon

/** Adds an entry to the audit, in the transaction of the work that it was given to. */
export type Append = (entry: AuditEntry) => void

/**
 * What is done inside a transaction. It may run twice, so it touches the transaction and nothing else;
 * a refusal is an answer, since a throw undoes what was written.
 */
export type Work<T> = (tx: Db, append: Append, now: Date) => Promise<T>

type Waiting = {
  readonly run: Work<unknown>
  resolve(value: unknown): void
  reject(error: unknown): void
}

/**
 * The audit of one process: a chain of entries of its own, and the only way to write to the database
 * together with them. Works that wait at the same time share one transaction and one wait for the disk.
 */
export class Journal {
  /** Names this process start in the audit. */
  readonly writer = randomId()
  readonly #db: Db
  readonly #clock: Clock
  readonly #startedAt: string
  readonly #queue: Waiting[] = []
  /** Null while it is not known whether the last commit happened: then the database says where the chain stands. */
  #link: Link | null = START_OF_CHAIN
  #busy = false

  constructor(db: Db, clock: Clock) {
    this.#db = db
    this.#clock = clock
    this.#startedAt = instant(clock())
  }

  /**
   * Runs the work and resolves when it is durable, entries included.
   * @throws PosternError what `work` threw, or `audit/unavailable`: nothing was written, unless the database was lost
   * while it answered the commit, when nobody knows
   */
  write<T>(work: Work<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ run: work, resolve: (value) => resolve(value as T), reject })
      if (!this.#busy) void this.#drain()
    })
  }

  async #drain(): Promise<void> {
    this.#busy = true
    while (this.#queue.length > 0) {
      await gathering()
      await this.#settle(this.#queue.splice(0, LARGEST_BATCH))
    }
    this.#busy = false
  }

  async #settle(batch: readonly Waiting[]): Promise<void> {
    try {
      const values = await this.#commit(batch)
      batch.forEach((waiting, index) => waiting.resolve(values[index]))
    } catch (error) {
      this.#link = null
      if (batch.length === 1 || isPosternError(error, 'audit/unavailable')) {
        for (const waiting of batch) waiting.reject(asUnavailable(error)) // away for one is away for all
      } else {
        for (const waiting of batch) await this.#settle([waiting]) // one bad work fails alone
      }
    }
  }

  async #commit(batch: readonly Waiting[]): Promise<unknown[]> {
    let link = START_OF_CHAIN
    const values = await this.#db.transaction().execute(async (tx) => {
      const start = this.#link ?? (await findAuditHead(tx, this.writer)) ?? START_OF_CHAIN
      link = start
      const results: unknown[] = []
      for (const { run } of batch) {
        const now = this.#clock()
        const rows: AuditEntryRow[] = []
        const append: Append = (entry) => {
          const row = chainEntry(entry, this.writer, instant(now), link)
          rows.push(row)
          link = row
        }
        results.push(await run(tx, append, now))
        if (rows.length > 0) await insertAuditEntries(tx, rows) // the next work counts them
      }
      if (link !== start) await this.#storeHead(tx, link)
      return results
    })
    this.#link = link
    return values
  }

  async #storeHead(tx: Db, { sequence, hash }: Link): Promise<void> {
    await putAuditHead(tx, { writer: this.writer, sequence, hash, startedAt: this.#startedAt })
  }
}

/**
 * Lets calls that came in while the last commit held this thread reach the queue: without it they would find the
 * next commit under way, with one work in it.
 */
async function gathering(): Promise<void> {
  for (let turn = 0; turn < GATHERING_TURNS; turn++) await setImmediate()
}

function asUnavailable(error: unknown): PosternError {
  if (isPosternError(error)) return error
  return new PosternError('audit/unavailable', 'The records cannot be written.', {
    cause: error,
    retryAfter: 5,
  })
}
