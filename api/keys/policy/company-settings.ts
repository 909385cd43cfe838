import { SETTINGS, type Settings, type SettingsSection } from '#shared/contract/admin/settings.ts'
import { PosternError } from '#shared/errors.ts'
import { findSetting } from '../../storage/settings.ts'
import type { Db } from '../../storage/schema.ts'

/**
 * One section of what the company decided, with defaults for what it left open.
 * @throws PosternError `config/invalid` when what is stored is not as described: a default in its place could be
 * looser than what was decided
 */
export async function readSettings<S extends SettingsSection>(
  db: Db,
  section: S,
): Promise<Settings[S]> {
  const stored = await findSetting(db, section)
  const read = SETTINGS[section].safeParse(stored === null ? {} : parseJson(stored))
  if (read.success) return read.data
  throw new PosternError('config/invalid', `The company's settings "${section}" are damaged.`)
}

/** All sections. */
export async function readAllSettings(db: Db): Promise<Settings> {
  return { changes: await readSettings(db, 'changes') }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
