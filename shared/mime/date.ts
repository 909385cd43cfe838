const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

// RFC 5322 §3.3 and its obsolete forms (§4.3): two-digit years, named zones.
const DATE =
  /(?:^|\s|,)(\d{1,2})\s+([a-z]{3})[a-z]*\s+(\d{2,4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s+([+-]\d{4}|[a-z]+))?/i

const MAX_DATE = 200 // a date with a comment; bounds the search for the comment's end

/** Minutes east of UTC (RFC 5322 §4.3). Military letters are written both ways, so they mean UTC. */
const ZONES: Readonly<Record<string, number>> = {
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
}

/** The instant of a Date field, or null when it cannot be read. */
export function parseMailDate(value: string): Date | null {
  const match = DATE.exec(value.slice(0, MAX_DATE).replace(/\([^)]*\)/g, ' '))
  if (match === null) return null
  const [, day, monthName = '', yearText = '', hour, minute, second, zone = ''] = match
  const month = MONTHS.indexOf(monthName.toLowerCase())
  if (month < 0) return null
  const time = Date.UTC(
    fullYear(yearText),
    month,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second ?? 0),
  )
  const date = new Date(time - zoneMinutes(zone) * 60_000)
  return Number.isNaN(date.getTime()) ? null : date
}

function fullYear(text: string): number {
  const year = Number(text)
  if (text.length >= 4) return year
  if (text.length === 3) return year + 1900
  return year < 50 ? year + 2000 : year + 1900
}

function zoneMinutes(zone: string): number {
  const numeric = /^([+-])(\d{2})(\d{2})$/.exec(zone)
  if (numeric === null) return ZONES[zone.toLowerCase()] ?? 0
  const [, sign, hours, minutes] = numeric
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1)
}

/** A Date field in UTC (RFC 5322 §3.3). */
export function formatMailDate(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const month = MONTHS[date.getUTCMonth()] ?? ''
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':')
  return (
    `${DAYS[date.getUTCDay()] ?? ''}, ${two(date.getUTCDate())} ` +
    `${month.charAt(0).toUpperCase()}${month.slice(1)} ${String(date.getUTCFullYear())} ${time} +0000`
  )
}
