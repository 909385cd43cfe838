import { base64url } from '#shared/base64.ts'
import type { Checkpoint } from '#shared/contract/checkpoint.ts'
import { type ErrorCode, isPosternError, PosternError } from '#shared/errors.ts'
import { type Clock, instant } from '../../clock.ts'
import type { Hsm } from '../../hsm/port.ts'
import { randomId } from '../../random-id.ts'
import {
  findLastCheckpoint,
  insertAuditKey,
  insertCheckpoint,
  listUncoveredChains,
} from '../../storage/audit-checkpoints.ts'
import { type AuditChain, findAuditHead } from '../../storage/audit-entries.ts'
import type { AuditCheckpointRow } from '../../storage/audit-rows.ts'
import type { Db } from '../../storage/schema.ts'
import { fingerprintOf, hashCheckpoint, isSignedBy, readAuditKey } from './checkpoint.ts'
import type { Journal } from './journal.ts'

/** A checkpoint is due after so many entries, or so many seconds with one. */
const USUAL_LAG = { entries: 5000, seconds: 60 }
const ROUND = 1000 // milliseconds
const TRIES = 20 // for a number that replicas take from each other, each once a minute

export type CheckpointStatus = {
  /** Entries of this process that no checkpoint covers. */
  readonly uncovered: number
  /** When this process signed last: ISO 8601 in UTC, or null. */
  readonly lastAt: string | null
  /** Why the last try failed; null when it did not. */
  readonly failure: ErrorCode | null
}

type Parts = {
  readonly db: Db
  readonly journal: Pick<Journal, 'write' | 'writer'>
  readonly clock: Clock
  readonly hsm: Pick<Hsm, 'signCheckpoint'>
  /** Told when signing begins to fail. */
  readonly onFailure: (code: ErrorCode) => void
  readonly lag?: typeof USUAL_LAG
}

/**
 * Has the token sign how far the audit is, beside the work and never in its way: this process's own chain while it
 * grows, and chains that others left unsigned, a command or a process that was killed. A failure stops nothing; it is
 * tried again, and told.
 */
export class CheckpointMaker {
  readonly #of: Parts
  readonly #lag: typeof USUAL_LAG
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()
  #covered = -1
  #head = -1
  #dueSince: number | null = null
  #othersSeen = -Infinity
  #lastAt: string | null = null
  #failure: ErrorCode | null = null

  constructor(of: Parts) {
    this.#of = of
    this.#lag = of.lag ?? USUAL_LAG
  }

  /** Signs what there is, and from now on what comes. */
  async start(): Promise<void> {
    await this.round({ now: true })
    this.#timer = setInterval(() => void this.round(), ROUND).unref()
  }

  /** Signs what is left. Nobody may write after that. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.round({ now: true })
  }

  /** Signs what is due, or with `now` everything of this process. One round follows the other. */
  round({ now = false } = {}): Promise<void> {
    this.#running = this.#running.then(() => this.#round(now))
    return this.#running
  }

  status(): CheckpointStatus {
    const uncovered = this.#head - this.#covered
    return { uncovered, lastAt: this.#lastAt, failure: this.#failure }
  }

  async #round(now: boolean): Promise<void> {
    try {
      await this.#signOwn(now)
      await this.#signOthers(now)
      this.#failure = null
    } catch (error) {
      const failure = isPosternError(error) ? error.code : 'internal'
      if (this.#failure !== failure) this.#of.onFailure(failure)
      this.#failure = failure
    }
  }

  async #signOwn(now: boolean): Promise<void> {
    const { db, journal, clock } = this.#of
    const head = await findAuditHead(db, journal.writer)
    if (head === null) return
    this.#head = head.sequence
    if (head.sequence === this.#covered) {
      this.#dueSince = null
      return
    }
    this.#dueSince ??= clock().getTime()
    const waited = (clock().getTime() - this.#dueSince) / 1000
    const isDue = waited >= this.#lag.seconds || head.sequence - this.#covered >= this.#lag.entries
    if (!isDue && !now) return
    await this.#sign({ writer: journal.writer, ...head })
    this.#covered = head.sequence
    this.#dueSince = null
  }

  /** What has not moved for as long as its own process would have let it stand. */
  async #signOthers(now: boolean): Promise<void> {
    const { db, journal, clock } = this.#of
    const time = clock().getTime()
    if (!now && time - this.#othersSeen < this.#lag.seconds * 1000) return
    const before = instant(clock(), -2 * this.#lag.seconds)
    for (const chain of await listUncoveredChains(db, before)) {
      if (chain.writer !== journal.writer) await this.#sign(chain)
    }
    this.#othersSeen = time
  }

  async #sign(chain: AuditChain): Promise<void> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const last = await findLastCheckpoint(this.#of.db)
      const checkpoint = {
        ...{ number: (last?.number ?? -1) + 1, at: instant(this.#of.clock()) },
        ...{ writer: chain.writer, sequence: chain.sequence, hash: chain.hash },
        previous: last === null ? '' : hashCheckpoint(last),
      }
      if (!(await this.#store(await this.#signed(checkpoint)))) continue
      this.#lastAt = checkpoint.at
      return
    }
    throw new PosternError('audit/unavailable', 'Others took each number for a checkpoint.')
  }

  /** @throws PosternError `token/broken` when what the token answers does not hold */
  async #signed(checkpoint: Checkpoint): Promise<{ row: AuditCheckpointRow; spki: string }> {
    const { spki, signature } = await this.#of.hsm.signCheckpoint(checkpoint)
    const row = { ...checkpoint, key: fingerprintOf(spki), signature: base64url(signature) }
    const key = readAuditKey(spki)
    if (key !== null && isSignedBy(row, key)) return { row, spki: base64url(spki) }
    throw new PosternError('token/broken', 'The token signed a checkpoint wrongly.')
  }

  /** @returns false when another process has taken the number */
  #store({ row, spki }: { row: AuditCheckpointRow; spki: string }): Promise<boolean> {
    return this.#of.journal.write(async (tx, append, at) => {
      const last = await findLastCheckpoint(tx)
      if ((last?.number ?? -1) !== row.number - 1) return false
      await insertCheckpoint(tx, row)
      const { key: fingerprint } = row
      if (await insertAuditKey(tx, { fingerprint, spki, createdAt: instant(at) })) {
        const operation = randomId()
        const event = { phase: 'event', action: 'audit-key-recorded', operation } as const
        append({ ...event, outcome: 'done', digest: fingerprint })
      }
      return true
    })
  }
}
