import { PosternError } from '#shared/errors.ts'
import { systemClock } from '../clock.ts'
import { closeRecords, openRecords, type Records } from '../keys/records.ts'
import { type DataPaths, openDataFolder } from '../start/data-folder.ts'
import type { DatabasePlace } from '../storage/db.ts'
import { countOtherConnections } from '../storage/postgres-connections.ts'

/**
 * Opens the records while no server runs on them: the data folder is claimed as a server claims it, and on a
 * PostgreSQL server nobody else is connected to the database.
 * @throws PosternError `config/unwritable` when a server runs
 */
export async function openStoppedRecords(
  place: DatabasePlace,
  { path }: Pick<DataPaths, 'path'>,
): Promise<{ it: Records; close: () => Promise<void> }> {
  const folder = openDataFolder(path)
  try {
    const records = await openRecords(place, systemClock)
    const close = async () => {
      await closeRecords(records)
      folder.release()
    }
    if (typeof place === 'string' || (await countOtherConnections(records.db)) === 0) {
      return { it: records, close }
    }
    await close()
  } catch (error) {
    folder.release()
    throw error
  }
  throw new PosternError(
    'config/unwritable',
    'Others are connected to the database; stop every Postern that uses it first.',
  )
}
