import { instant } from '../clock.ts'
import { PosternError } from '#shared/errors.ts'
import { firstTables } from './migrations/001-first-tables.ts'
import { attemptsByAge } from './migrations/002-attempts-by-age.ts'
import { auditActor } from './migrations/003-audit-actor.ts'
import type { Db } from './schema.ts'

/** Forward only, numbered without gaps; one that has been released is never changed. */
const MIGRATIONS: readonly ((db: Db) => Promise<void>)[] = [firstTables, attemptsByAge, auditActor]

/**
 * Runs what is missing, all of it in one transaction, so that two processes that start together do it once.
 * @throws PosternError `config/invalid` when the tables are from a newer version of Postern
 */
export async function migrate(db: Db): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx.schema
      .createTable('schemaVersion')
      .ifNotExists()
      .addColumn('version', 'integer', (column) => column.primaryKey())
      .addColumn('appliedAt', 'text', (column) => column.notNull())
      .execute()
    const done = await newestVersion(tx)
    if (done > MIGRATIONS.length) {
      throw new PosternError(
        'config/invalid',
        'The database was written by a newer version of Postern.',
      )
    }
    for (const [index, migration] of MIGRATIONS.entries()) {
      if (index < done) continue
      await migration(tx)
      await tx
        .insertInto('schemaVersion')
        .values({ version: index + 1, appliedAt: instant(new Date()) })
        .execute()
    }
  })
}

async function newestVersion(db: Db): Promise<number> {
  const row = await db
    .selectFrom('schemaVersion')
    .select((e) => e.fn.max('version').as('version'))
    .executeTakeFirst()
  return row?.version ?? 0
}
