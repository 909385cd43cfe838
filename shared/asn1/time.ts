import { malformed } from './header.ts'
import { contentOf, type Cursor } from './reader.ts'
import { GENERALIZED_TIME, UTC_TIME } from './tags.ts'

const TEXT = new TextDecoder('latin1')
const FIELDS = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/

/**
 * The Time that comes next: UTCTime or GeneralizedTime with seconds, in UTC (RFC 5280 §4.1.2.5).
 * @throws PosternError `asn1/malformed` on any other form and on dates that do not exist
 */
export function readTime(cursor: Cursor): Date {
  const element = cursor.next()
  const fields = FIELDS.exec(TEXT.decode(contentOf(element)))
  const yearDigits = element.tag === UTC_TIME ? 2 : element.tag === GENERALIZED_TIME ? 4 : 0
  if (element.constructed || fields?.[1]?.length !== yearDigits) {
    throw malformed('bad time', element.start)
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields
    .slice(1)
    .map(Number)
  const fullYear = yearDigits === 4 ? year : year < 50 ? 2000 + year : 1900 + year
  const date = new Date(0)
  date.setUTCFullYear(fullYear, month - 1, day)
  date.setUTCHours(hour, minute, second)
  const exists =
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second
  if (!exists) throw malformed('date does not exist', element.start)
  return date
}
