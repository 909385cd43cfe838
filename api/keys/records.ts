import type { Clock } from '../clock.ts'
import { type DatabasePlace, openDatabase } from '../storage/db.ts'
import type { Db } from '../storage/schema.ts'
import { Journal } from './audit/journal.ts'

/** The database with the audit of this process: what every act of the key service is written to. */
export type Records = {
  readonly db: Db
  readonly journal: Journal
  readonly clock: Clock
}

/**
 * Opens the database; a file is made when it is missing. One for each process.
 * @throws PosternError `audit/unavailable`, `config/invalid`
 */
export async function openRecords(place: DatabasePlace, clock: Clock): Promise<Records> {
  const db = await openDatabase(place)
  return { db, journal: new Journal(db, clock), clock }
}

export async function closeRecords(records: Records): Promise<void> {
  await records.db.destroy()
}
