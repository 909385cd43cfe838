import type { Db } from '../schema.ts'

/** Codes for the day when nothing else is at hand. */
export async function recoveryCodes(db: Db): Promise<void> {
  await db.schema
    .createTable('recoveryCodes')
    .addColumn('userId', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('createdAt', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('recoveryCodesKey', ['userId', 'hash'])
    .execute()
}
