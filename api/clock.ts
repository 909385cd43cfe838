/** What time it is; an argument everywhere, so that a test can let hours pass. */
export type Clock = () => Date

export const systemClock: Clock = () => new Date()

/** `at` moved by so many seconds, as ISO 8601 in UTC: the form in which times are stored and compared. */
export function instant(at: Date, plusSeconds = 0): string {
  return new Date(at.getTime() + plusSeconds * 1000).toISOString()
}
