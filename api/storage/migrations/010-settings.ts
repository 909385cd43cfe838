import type { Db } from '../schema.ts'

/** What the company decided for itself, one row for each section. */
export async function settings(db: Db): Promise<void> {
  await db.schema
    .createTable('settings')
    .addColumn('section', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('changedAt', 'text', (column) => column.notNull())
    .execute()
}
