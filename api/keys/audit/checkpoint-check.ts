import type { KeyObject } from 'node:crypto'
import { parseBase64url } from '#shared/base64.ts'
import type { AuditCheckpointRow, AuditKeyRow } from '../../storage/audit-rows.ts'
import { fingerprintOf, hashCheckpoint, isSignedBy, readAuditKey } from './checkpoint.ts'
import type { BadCheckpoint, CheckpointFlaw } from './verdict.ts'

/** What the token vouches for: of a writer's entries, by their numbers, the hashes. */
export type Signed = ReadonlyMap<string, ReadonlyMap<number, string>>

/** Follows the checkpoints of an audit in the order of their numbers. */
export class CheckpointCheck {
  readonly #pins: ReadonlySet<string> | null
  readonly #keys = new Map<string, KeyObject | null>()
  readonly #signed = new Map<string, Map<number, string>>()
  readonly #signers = new Set<string>()
  #last: AuditCheckpointRow | null = null
  #count = 0

  /** @param pins fingerprints of the only keys that count; null: those that are recorded */
  constructor(pins: ReadonlySet<string> | null) {
    this.#pins = pins
  }

  /** A recorded key; one that is not what its name says verifies nothing. */
  addKey({ fingerprint, spki }: AuditKeyRow): void {
    const der = derOf(spki)
    const isIt = der !== null && fingerprintOf(der) === fingerprint
    this.#keys.set(fingerprint, isIt ? readAuditKey(der) : null)
  }

  /** @param isFirst whether this one may follow any other: where a part of an audit begins */
  take(checkpoint: AuditCheckpointRow, isFirst = false): BadCheckpoint | null {
    const expected = isFirst ? checkpoint.number : (this.#last?.number ?? -1) + 1
    if (checkpoint.number !== expected) return this.#bad(expected, 'missing')
    const flaw = this.#flawOf(checkpoint, isFirst)
    if (flaw !== null) return this.#bad(expected, flaw)
    this.#last = checkpoint
    this.#count++
    this.#signers.add(checkpoint.key)
    return null
  }

  /** @returns what is missing where a key was named, and nothing was signed */
  end(): BadCheckpoint | null {
    return this.#pins !== null && this.#count === 0 ? this.#bad(0, 'missing') : null
  }

  get signed(): Signed {
    return this.#signed
  }

  summary() {
    return {
      checkpoints: this.#count,
      lastAt: this.#last?.at ?? null,
      keys: [...this.#signers],
      pinned: this.#pins !== null,
    }
  }

  #flawOf(checkpoint: AuditCheckpointRow, isFirst: boolean): CheckpointFlaw | null {
    const key = this.#keys.get(checkpoint.key)
    const isNamed = this.#pins === null || this.#pins.has(checkpoint.key)
    if (key === undefined || key === null || !isNamed) return 'unknown-key'
    if (!isSignedBy(checkpoint, key)) return 'changed'
    const previous = this.#last === null ? '' : hashCheckpoint(this.#last)
    if (!isFirst && checkpoint.previous !== previous) return 'misplaced'
    return this.#remember(checkpoint) ? null : 'changed'
  }

  /** @returns false when the same entry was signed with another hash before */
  #remember({ writer, sequence, hash }: AuditCheckpointRow): boolean {
    const chain = this.#signed.get(writer) ?? new Map<number, string>()
    this.#signed.set(writer, chain)
    const known = chain.get(sequence) ?? hash
    chain.set(sequence, known)
    return known === hash
  }

  #bad(checkpoint: number, flaw: CheckpointFlaw): BadCheckpoint {
    return { kind: 'bad-checkpoint', checkpoint, flaw }
  }
}

function derOf(spki: string): Uint8Array | null {
  try {
    return parseBase64url(spki)
  } catch {
    return null
  }
}
