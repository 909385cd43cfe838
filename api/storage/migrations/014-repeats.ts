import type { Db } from '../schema.ts'

/** Calls that came with an idempotency key, and what they were answered. */
export async function repeats(db: Db): Promise<void> {
  await db.schema
    .createTable('repeats')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('request', 'text', (column) => column.notNull())
    .addColumn('status', 'integer')
    .addColumn('body', 'text')
    .addColumn('expiresAt', 'text', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('repeatsByAge').on('repeats').column('expiresAt').execute()
}
