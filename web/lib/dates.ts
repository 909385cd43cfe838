const DAY_MS = 86_400_000

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' })
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const dayAndYear = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' })
const wholeShort = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** As short as a list wants it: the time today, the weekday this week, else the day. Takes ISO 8601. */
export function shortDate(instant: string, now = new Date()): string {
  const date = new Date(instant)
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime()
  if (date.getTime() >= midnight && date.getTime() < midnight + DAY_MS) return time.format(date)
  if (date.getTime() >= midnight - 6 * DAY_MS && date <= now) return weekday.format(date)
  return date.getFullYear() === now.getFullYear() ? day.format(date) : dayAndYear.format(date)
}

/** Weekday, date and time. */
export function longDate(instant: string): string {
  return whole.format(new Date(instant))
}

/** Date and time, for tables. */
export function mediumDate(instant: string): string {
  return wholeShort.format(new Date(instant))
}

/** The day alone. */
export function dayOf(instant: string): string {
  return dayAndYear.format(new Date(instant))
}
