import type { Db } from '../schema.ts'

/** Challenges that were given out and not answered yet. */
export async function ceremonies(db: Db): Promise<void> {
  await db.schema
    .createTable('ceremonies')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('challenge', 'text', (column) => column.notNull())
    .addColumn('origin', 'text', (column) => column.notNull())
    .addColumn('userId', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('sessionId', 'text', (column) => column.notNull())
    .addColumn('expiresAt', 'text', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('ceremoniesOfSession').on('ceremonies').column('sessionId').execute()
  await db.schema.createIndex('ceremoniesByExpiry').on('ceremonies').column('expiresAt').execute()
}
