import type { Db } from '../schema.ts'

/** Whether a key was made in the token, or was elsewhere before: for ever. */
export async function keyOrigin(db: Db): Promise<void> {
  await db.schema
    .alterTable('keys')
    .addColumn('origin', 'text', (column) => column.notNull().defaultTo('made'))
    .execute()
}
