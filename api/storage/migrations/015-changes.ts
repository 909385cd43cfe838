import type { Db } from '../schema.ts'

/** What one administrator proposed, and a second one has to confirm. */
export async function changes(db: Db): Promise<void> {
  await db.schema
    .createTable('changes')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('code', 'text')
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('firstId', 'text', (column) => column.references('users.id'))
    .addColumn('secondId', 'text', (column) => column.references('users.id'))
    .addColumn('proposedAt', 'text', (column) => column.notNull())
    .addColumn('actsAt', 'text', (column) => column.notNull())
    .addColumn('expiresAt', 'text', (column) => column.notNull())
    .addColumn('settledAt', 'text')
    .addColumn('settledBy', 'text')
    .execute()
  await db.schema
    .createIndex('changesByState')
    .on('changes')
    .columns(['state', 'proposedAt'])
    .execute()
}
