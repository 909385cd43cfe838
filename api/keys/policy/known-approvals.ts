import type { ApprovalRow } from '../../storage/schema.ts'

/** The approvals that the requests of one transaction may rest on, and what is spent of them. */
export class KnownApprovals {
  readonly #rows: ReadonlyMap<string, ApprovalRow>
  readonly #spent: string[] = []

  constructor(rows: readonly ApprovalRow[]) {
    this.#rows = new Map(rows.map((row) => [row.hash, row]))
  }

  /** The hashes of those with counted uses, once for each use. */
  get spent(): readonly string[] {
    return this.#spent
  }

  named(hash: string): ApprovalRow | null {
    return this.#rows.get(hash) ?? null
  }

  /** Those of the session that are good for any digest. */
  ofSession(sessionId: string): readonly ApprovalRow[] {
    return [...this.#rows.values()].filter(
      (row) => row.sessionId === sessionId && row.usesLeft === null,
    )
  }

  usesLeft({ hash, usesLeft }: ApprovalRow): number {
    if (usesLeft === null) return Infinity
    return usesLeft - this.#spent.filter((spent) => spent === hash).length
  }

  /** One use more; it counts for what is asked next. */
  spend({ hash, usesLeft }: ApprovalRow): void {
    if (usesLeft !== null) this.#spent.push(hash)
  }
}
