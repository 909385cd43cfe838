import type { Db } from '../schema.ts'

/** Which accounts at an OpenID provider are whose. */
export async function identities(db: Db): Promise<void> {
  await db.schema
    .createTable('identities')
    .addColumn('issuer', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('userId', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('createdAt', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('identitiesKey', ['issuer', 'subject'])
    .execute()
  await db.schema.createIndex('identitiesOfUser').on('identities').column('userId').execute()
}
