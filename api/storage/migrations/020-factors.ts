import { sql } from 'kysely'
import { randomId } from '../../random-id.ts'
import type { Db } from '../schema.ts'

/** A user has any number of one-time-code factors; the one that each had until now is their first. */
export async function factors(db: Db): Promise<void> {
  await db.schema
    .createTable('factors')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('userId', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('sealedSeed', 'text', (column) => column.notNull())
    .addColumn('counter', 'integer', (column) => column.notNull())
    .addColumn('digits', 'integer', (column) => column.notNull())
    .addColumn('createdAt', 'text', (column) => column.notNull())
    .addColumn('lastUsedAt', 'text')
    .execute()
  await db.schema.createIndex('factorsOfUser').on('factors').column('userId').execute()
  await moveSeeds(db)
  await db.schema.dropTable('totpSeeds').execute()
}

type Seed = { userId: string; sealedSeed: string; lastStep: number; createdAt: string }

/** Read as text that is typed here: the table is no part of the schema any more. */
async function moveSeeds(db: Db): Promise<void> {
  const { rows } = await sql<Seed>`
    select user_id, sealed_seed, last_step, created_at from totp_seeds`.execute(db)
  for (const { userId, sealedSeed, lastStep, createdAt } of rows) {
    const lastUsedAt = lastStep === 0 ? null : new Date(lastStep * 30_000).toISOString()
    const moved = { userId, sealedSeed, counter: lastStep, createdAt, lastUsedAt }
    const named = { id: randomId(), kind: 'totp', name: 'Authenticator app', digits: 6 } as const
    await db
      .insertInto('factors')
      .values({ ...named, ...moved })
      .execute()
  }
}
