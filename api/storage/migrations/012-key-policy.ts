import type { Db } from '../schema.ts'

/** What a company decides about a key, and a record of each change that the audit's digest holds to. */
export async function keyPolicy(db: Db): Promise<void> {
  const add = (name: string, type: 'text' | 'integer', standard: string | number) =>
    db.schema
      .alterTable('keys')
      .addColumn(name, type, (column) => column.notNull().defaultTo(standard))
      .execute()
  await add('approval', 'text', 'none')
  await add('approvalMinutes', 'integer', 5)
  await add('approvalUses', 'integer', 1)
  await add('offlineDays', 'integer', 0)
  await add('requireContent', 'integer', 0)
  await db.schema.alterTable('keys').addColumn('approvalAbove', 'integer').execute()
  await db.schema
    .createTable('policyChanges')
    .addColumn('operation', 'text', (column) => column.primaryKey())
    .addColumn('keyId', 'text', (column) => column.notNull())
    .addColumn('before', 'text', (column) => column.notNull())
    .addColumn('after', 'text', (column) => column.notNull())
    .execute()
}
