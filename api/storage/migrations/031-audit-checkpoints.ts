import type { Db } from '../schema.ts'

/** What the token signed of the audit, and the public keys that it did so with. */
export async function auditCheckpoints(db: Db): Promise<void> {
  await db.schema
    .createTable('auditKeys')
    .addColumn('fingerprint', 'text', (column) => column.primaryKey())
    .addColumn('spki', 'text', (column) => column.notNull())
    .addColumn('createdAt', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('auditCheckpoints')
    .addColumn('number', 'integer', (column) => column.primaryKey())
    .addColumn('writer', 'text', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('previous', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('signature', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('auditCheckpointsOfWriter')
    .on('auditCheckpoints')
    .columns(['writer', 'sequence'])
    .execute()
}
