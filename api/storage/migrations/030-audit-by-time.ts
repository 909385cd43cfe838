import type { Db } from '../schema.ts'

/** The audit is read in the order of time, page by page, without sorting all of it for each. */
export async function auditByTime(db: Db): Promise<void> {
  await db.schema
    .createIndex('auditByTime')
    .on('auditEntries')
    .columns(['at', 'writer', 'sequence'])
    .execute()
}
