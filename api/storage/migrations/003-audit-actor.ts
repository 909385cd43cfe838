import type { Db } from '../schema.ts'

/** Who acted, where it was not the user whom the entry concerns. */
export async function auditActor(db: Db): Promise<void> {
  await db.schema.alterTable('auditEntries').addColumn('actor', 'text').execute()
}
