import { PosternError } from '#shared/errors.ts'

/**
 * A time that was typed, as it is stored and compared: ISO 8601 in UTC.
 * @throws PosternError `config/invalid`
 */
export function instantOf(text: string): string {
  const time = new Date(text)
  if (!Number.isNaN(time.getTime())) return time.toISOString()
  throw new PosternError('config/invalid', `"${text}" is no time like 2025-03-01T00:00:00Z.`)
}
