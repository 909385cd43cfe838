import type { AuditPage } from '#shared/contract/admin/audit.ts'

type Entry = AuditPage['entries'][number]

/** One act: an event, or the intent of an operation with its result, where it came. */
export type AuditAct = Entry & {
  /** When it was asked for, where that was another moment. */
  readonly askedAt: string | null
  readonly result: Entry['outcome'] | 'unknown'
}

/** An intent goes where its result stands. One without a result may still have one that a filter hides. */
export function actsOf(entries: readonly Entry[]): AuditAct[] {
  const asked = new Map<string, string>()
  const answered = new Set<string>()
  for (const { phase, operation, at } of entries) {
    if (phase === 'intent') asked.set(operation, at)
    if (phase === 'result') answered.add(operation)
  }
  return entries
    .filter(({ phase, operation }) => phase !== 'intent' || !answered.has(operation))
    .map((entry) => {
      if (entry.phase === 'intent') return { ...entry, askedAt: null, result: 'unknown' }
      const askedAt = entry.phase === 'result' ? (asked.get(entry.operation) ?? null) : null
      return { ...entry, askedAt, result: entry.outcome }
    })
}
