import type { z } from 'zod'
import { SETTINGS, type Settings, type SettingsSection } from '#shared/contract/admin/settings.ts'
import { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import { findSetting, putSetting } from '../../storage/settings.ts'
import type { Db } from '../../storage/schema.ts'
import type { AuditEntry } from '../audit/entry.ts'
import type { Append } from '../audit/journal.ts'

type Schemas = { readonly [S in SettingsSection]: z.ZodType<Settings[S]> }

const SCHEMAS: Schemas = SETTINGS
/** The same, for what somebody wants: a member that there is not is a mistake. */
const STRICT: Schemas = {
  changes: SETTINGS.changes.strict(),
  signIn: SETTINGS.signIn.strict(),
}

/**
 * One section of what the company decided, with defaults for what it left open.
 * @throws PosternError `config/invalid` when what is stored is not as described: a default in its place could be
 * looser than what was decided
 */
export async function readSettings<S extends SettingsSection>(
  db: Db,
  section: S,
): Promise<Settings[S]> {
  return parseSettings(section, await findSetting(db, section))
}

/** The same, of what is stored: JSON text, or null. */
export function parseSettings<S extends SettingsSection>(
  section: S,
  stored: string | null,
): Settings[S] {
  const read = SCHEMAS[section].safeParse(stored === null ? {} : parseJson(stored))
  if (read.success) return read.data
  throw new PosternError('config/invalid', `The company's settings "${section}" are damaged.`)
}

/** All sections. */
export async function readAllSettings(db: Db): Promise<Settings> {
  return {
    changes: await readSettings(db, 'changes'),
    signIn: await readSettings(db, 'signIn'),
  }
}

/**
 * The section with some members different.
 * @throws PosternError `request/malformed` when they are none of that section, or not as described
 */
export async function mergeSettings<S extends SettingsSection>(
  db: Db,
  section: S,
  change: Readonly<Record<string, unknown>>,
): Promise<Settings[S]> {
  const read = STRICT[section].safeParse({ ...(await readSettings(db, section)), ...change })
  if (read.success) return read.data
  const where = read.error.issues[0]?.path.join('.') ?? ''
  const why = where === '' ? 'There is no such setting.' : `The setting ${where} is wrong.`
  throw new PosternError('request/malformed', why)
}

/** Decides a whole section, inside a transaction. What loosens it takes two: see `loosensSettings`. */
export async function writeSettings<S extends SettingsSection>(
  tx: Db,
  append: Append,
  now: Date,
  section: S,
  value: Settings[S],
  by: Pick<AuditEntry, 'actor' | 'userId' | 'sessionId'>,
): Promise<void> {
  await putSetting(tx, { section, value: JSON.stringify(value), changedAt: instant(now) })
  const done = { phase: 'event', operation: randomId(), outcome: 'done' } as const
  append({ ...by, ...done, action: 'settings-set' })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
