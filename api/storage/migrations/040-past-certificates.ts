import type { Db } from '../schema.ts'

/** What certificates keys had before: old mail names them. */
export async function pastCertificates(db: Db): Promise<void> {
  await db.schema
    .createTable('pastCertificates')
    .addColumn('keyId', 'text', (column) => column.notNull().references('keys.id'))
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('der', 'text', (column) => column.notNull())
    .addColumn('replacedAt', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('pastCertificatesKey', ['keyId', 'fingerprint'])
    .execute()
}
