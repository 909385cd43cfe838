import { setImmediate } from 'node:timers/promises'
import { isPosternError, PosternError } from '#shared/errors.ts'
import { type Clock, instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import { findAuditHead, insertAuditEntries, putAuditHeads } from '../../storage/audit-entries.ts'
import type { AuditEntryRow } from '../../storage/audit-rows.ts'
import type { Db } from '../../storage/schema.ts'
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

/**
 * Work that is done at once for all who wait for it: it answers each in the order asked. Like `Work`, it may run
 * twice, and for some of them alone.
 */
export type GroupWork<Ask, Answer> = (
  tx: Db,
  append: Append,
  now: Date,
  asked: readonly Ask[],
) => Promise<readonly Answer[]>

type Waiting = {
  readonly work: GroupWork<unknown, unknown>
  readonly ask: unknown
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
    return this.writeTogether(async (tx, append, now) => [await work(tx, append, now)], null)
  }

  /**
   * The same for one of a kind that many ask for: those who wait at the same time are served together.
   * @param work one function for all of them
   */
  writeTogether<Ask, Answer>(work: GroupWork<Ask, Answer>, ask: Ask): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.#queue.push({
        work: work as GroupWork<unknown, unknown>, // it is given its own kind of asks only
        ask,
        resolve: (value) => resolve(value as Answer),
        reject,
      })
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
      const answers = await this.#commit(batch)
      for (const [waiting, answer] of answers) waiting.resolve(answer)
    } catch (error) {
      this.#link = null
      if (batch.length === 1 || isPosternError(error, 'audit/unavailable')) {
        for (const waiting of batch) waiting.reject(asUnavailable(error)) // away for one is away for all
      } else {
        for (const waiting of batch) await this.#settle([waiting]) // one bad work fails alone
      }
    }
  }

  async #commit(batch: readonly Waiting[]): Promise<Map<Waiting, unknown>> {
    let link = START_OF_CHAIN
    const answers = await this.#db.transaction().execute(async (tx) => {
      const start = this.#link ?? (await findAuditHead(tx, this.writer)) ?? START_OF_CHAIN
      link = start
      const given = new Map<Waiting, unknown>()
      for (const [work, group] of grouped(batch)) {
        const now = this.#clock()
        const rows: AuditEntryRow[] = []
        const append: Append = (entry) => {
          const row = chainEntry(entry, this.writer, instant(now), link)
          rows.push(row)
          link = row
        }
        const asked = group.map(({ ask }) => ask)
        const values = await work(tx, append, now, asked)
        group.forEach((waiting, index) => given.set(waiting, values[index]))
        await insertAuditEntries(tx, rows) // the next work sees them
      }
      if (link !== start) await this.#storeHead(tx, link)
      return given
    })
    this.#link = link
    return answers
  }

  async #storeHead(tx: Db, { sequence, hash }: Link): Promise<void> {
    await putAuditHeads(tx, [{ writer: this.writer, sequence, hash, startedAt: this.#startedAt }])
  }
}

/**
 * Who waits for the same work, in the place of the last of them: what was asked for before it, a switch-off for
 * instance, holds for all.
 */
function grouped(batch: readonly Waiting[]): Map<Waiting['work'], Waiting[]> {
  const groups = new Map<Waiting['work'], Waiting[]>()
  for (const waiting of batch) {
    const group = groups.get(waiting.work) ?? []
    group.push(waiting)
    groups.delete(waiting.work)
    groups.set(waiting.work, group)
  }
  return groups
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
