import { sql } from 'kysely'
import type { Db } from './schema.ts'

/** How many others are connected to this database of a PostgreSQL server. */
export async function countOtherConnections(db: Db): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend'
      and pid <> pg_backend_pid()`.execute(db)
  return Number(rows[0]?.count)
}
