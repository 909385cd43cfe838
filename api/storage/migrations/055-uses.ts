import { instant } from '../../clock.ts'
import type { Db } from '../schema.ts'

const DAY = 24 * 3600

/** When keys and users were used, numbered: quotas look up the one use that matters instead of counting all. */
export async function uses(db: Db): Promise<void> {
  await db.schema
    .createTable('uses')
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('usesKey', ['subject', 'number'])
    .execute()
  await fromAudit(db, 'keyId')
  await fromAudit(db, 'userId')
}

/** The last day's operations, as the audit has them. */
async function fromAudit(db: Db, subject: 'keyId' | 'userId'): Promise<void> {
  await db
    .insertInto('uses')
    .columns(['subject', 'number', 'at'])
    .expression((e) =>
      e
        .selectFrom('auditEntries')
        .select((entry) => [
          entry.ref(subject).$notNull().as('subject'),
          entry.fn
            .agg<number>('row_number')
            .over((over) => over.partitionBy(subject).orderBy('at'))
            .as('number'),
          'at',
        ])
        .where('phase', '=', 'intent')
        .where('action', 'in', ['unwrap', 'sign'])
        .where(subject, 'is not', null)
        .where('at', '>', instant(new Date(), -DAY)),
    )
    .execute()
}
