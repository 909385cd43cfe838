import type { Db } from '../schema.ts'

/** Who was removed stays: the audit speaks of them, and their old keys have their name. */
export async function userStatus(db: Db): Promise<void> {
  await db.schema
    .alterTable('users')
    .addColumn('status', 'text', (column) => column.notNull().defaultTo('active'))
    .execute()
}
