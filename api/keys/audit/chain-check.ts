import type { AuditEntryRow } from '../../storage/audit-rows.ts'
import { hashEntry, type Link, START_OF_CHAIN } from './entry.ts'
import type { BadEntry, Flaw } from './verdict.ts'

const MOST_WAITING = 10_000 // entries of a moment when a clock was set back; more are a gap

const NOTHING_SIGNED: ReadonlyMap<number, string> = new Map()

/** Follows one writer's chain. */
export class ChainCheck {
  readonly #writer: string
  readonly #signed: ReadonlyMap<number, string>
  readonly #partial: boolean
  readonly #waiting = new Map<number, AuditEntryRow>()
  /** Null where the chain may begin with any entry. */
  #link: Link | null
  #lastSigned = -1
  #count = 0

  /**
   * @param of.signed what checkpoints say about it: by the number of an entry, its hash
   * @param of.partial whether its beginning and its end may be elsewhere
   */
  constructor(of: {
    readonly writer: string
    readonly signed: ReadonlyMap<number, string> | undefined
    readonly partial?: boolean
  }) {
    this.#writer = of.writer
    this.#signed = of.signed ?? NOTHING_SIGNED
    this.#partial = of.partial ?? false
    this.#link = this.#partial ? null : START_OF_CHAIN
  }

  get entries(): number {
    return this.#count
  }

  /** Entries after the last one that is signed. */
  get uncovered(): number {
    return Math.min(this.#count, (this.#link?.sequence ?? -1) - this.#lastSigned)
  }

  /** The next entry of the chain. */
  take(entry: AuditEntryRow): BadEntry | null {
    const next = this.#link === null ? entry.sequence : this.#link.sequence + 1
    if (entry.sequence < next) return this.#bad(next, 'misplaced')
    if (entry.sequence > next) return this.#bad(next, 'missing')
    const flaw = flawOf(entry, this.#link)
    if (flaw !== null) return this.#bad(next, flaw)
    const signed = this.#signed.get(next)
    if (signed !== undefined && signed !== entry.hash) return this.#rewritten(next)
    if (signed !== undefined) this.#lastSigned = next
    this.#link = entry
    this.#count++
    return null
  }

  /** The same where entries stand in the order of time: a clock that was set back has some of them early. */
  takeEarly(entry: AuditEntryRow): BadEntry | null {
    if (this.#link !== null && entry.sequence > this.#link.sequence + 1) {
      this.#waiting.set(entry.sequence, entry)
      const isGap = this.#waiting.size > MOST_WAITING
      return isGap ? this.#bad(this.#link.sequence + 1, 'missing') : null
    }
    for (let next: AuditEntryRow | undefined = entry; next !== undefined;) {
      const bad = this.take(next)
      if (bad !== null) return bad
      this.#waiting.delete(next.sequence)
      next = this.#waiting.get(next.sequence + 1)
    }
    return null
  }

  /** @param head where the chain ends, if that is known */
  end(head: Link | null): BadEntry | null {
    const last = this.#link ?? START_OF_CHAIN
    if (last.sequence < this.#leastEnd(head)) return this.#bad(last.sequence + 1, 'missing')
    const isHead = head === null || head.hash === last.hash
    return isHead ? null : this.#bad(last.sequence, 'changed')
  }

  /** The last entry that is known to have been: by the head, by an entry beyond a gap, or by what was signed. */
  #leastEnd(head: Link | null): number {
    let end = head?.sequence ?? -1
    for (const sequence of this.#waiting.keys()) end = Math.max(end, sequence)
    if (this.#partial) return end
    for (const sequence of this.#signed.keys()) end = Math.max(end, sequence)
    return end
  }

  /** The hash that was signed came from other entries: from the one after the last that is as it was signed. */
  #rewritten(upTo: number): BadEntry {
    const sequence = Math.max(this.#lastSigned + 1, upTo - this.#count)
    return { ...this.#bad(sequence, 'rewritten'), upTo }
  }

  #bad(sequence: number, flaw: Flaw): BadEntry {
    return { kind: 'broken', writer: this.#writer, sequence, flaw }
  }
}

function flawOf(entry: AuditEntryRow, after: Link | null): Flaw | null {
  if (entry.hash !== hashEntry(entry)) return 'changed'
  return after === null || entry.previous === after.hash ? null : 'misplaced'
}
