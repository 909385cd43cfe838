import type { Db } from '../schema.ts'

/** How much users were seen to do within ten minutes, to know what is unusual. */
export async function rushes(db: Db): Promise<void> {
  await db.schema
    .createTable('rushes')
    .addColumn('userId', 'text', (column) => column.notNull())
    .addColumn('size', 'integer', (column) => column.notNull())
    .addColumn('lastAt', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('rushesKey', ['userId', 'size'])
    .execute()
}
