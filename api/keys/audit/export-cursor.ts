import { base64url, parseBase64url } from '#shared/base64.ts'
import { utf8 } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'

/**
 * How far an audit was exported. Entries become visible in the order of their commits, which is nearly that of their
 * times; so the latest time is kept, and for each chain that moved shortly before it the number of its last entry.
 */
export type ExportCursor = {
  /** ISO 8601 in UTC; empty where nothing was exported. */
  readonly at: string
  readonly writers: ReadonlyMap<string, number>
  /** The last checkpoint. */
  readonly checkpoint: number
}

export const NOTHING_EXPORTED: ExportCursor = { at: '', writers: new Map(), checkpoint: -1 }

/** How far the clocks of replicas may differ, with the longest commit: seconds. */
export const CLOCKS_DIFFER = 600

/** The cursor as a word that can be kept and given back. */
export function encodeCursor({ at, writers, checkpoint }: ExportCursor): string {
  return base64url(utf8(JSON.stringify([1, at, checkpoint, ...[...writers].flat()])))
}

/** @throws PosternError `config/invalid` */
export function parseCursor(text: string): ExportCursor {
  try {
    const [version, at, checkpoint, ...flat] = JSON.parse(
      new TextDecoder().decode(parseBase64url(text)),
    ) as unknown[]
    if (version !== 1 || typeof at !== 'string' || !isNumber(checkpoint)) throw new TypeError()
    if (at !== '' && new Date(at).toISOString() !== at) throw new TypeError()
    const writers = new Map<string, number>()
    for (let index = 0; index < flat.length; index += 2) {
      const [writer, sequence] = flat.slice(index, index + 2)
      if (typeof writer !== 'string' || !isNumber(sequence)) throw new TypeError()
      writers.set(writer, sequence)
    }
    return { at, writers, checkpoint }
  } catch (error) {
    throw new PosternError('config/invalid', 'This is no cursor of an earlier export.', {
      cause: error,
    })
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= -1
}
