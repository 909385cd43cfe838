import type { Outcome } from '#shared/contract/admin/changes.ts'

/** What became of what an administrator asked for; `done` is what to say when it is done. */
export function outcomeWords(outcome: Outcome, done: string): string {
  if (outcome.state === 'done') return done
  return outcome.change.actsAt === null
    ? 'Asked for. Another administrator has to confirm it under Changes.'
    : 'Asked for. It acts when its waiting time is over; see Changes.'
}
