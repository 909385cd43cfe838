import type { Db } from '../schema.ts'

/** Uses of keys that their users have approved. */
export async function approvals(db: Db): Promise<void> {
  await db.schema
    .createTable('approvals')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('userId', 'text', (column) => column.notNull())
    .addColumn('sessionId', 'text', (column) => column.notNull())
    .addColumn('keyId', 'text', (column) => column.notNull())
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('digests', 'text', (column) => column.notNull())
    .addColumn('usesLeft', 'integer')
    .addColumn('expiresAt', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('approvalsOfSession')
    .on('approvals')
    .columns(['sessionId', 'keyId'])
    .execute()
  await db.schema.createIndex('approvalsOfKey').on('approvals').column('keyId').execute()
  await db.schema.createIndex('approvalsByAge').on('approvals').column('expiresAt').execute()
}
