import type { Db } from '../schema.ts'

/** Codes with which users set what they sign in with, once. */
export async function enrolments(db: Db): Promise<void> {
  await db.schema
    .createTable('enrolments')
    .addColumn('userId', 'text', (column) => column.primaryKey().references('users.id'))
    .addColumn('codeHash', 'text', (column) => column.notNull())
    .addColumn('expiresAt', 'text', (column) => column.notNull())
    .execute()
}
