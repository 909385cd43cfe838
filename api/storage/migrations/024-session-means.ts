import type { Db } from '../schema.ts'

/** By what each session was opened; of those from before nobody knows. */
export async function sessionMeans(db: Db): Promise<void> {
  await db.schema
    .alterTable('sessions')
    .addColumn('means', 'text', (column) => column.notNull().defaultTo(''))
    .execute()
}
