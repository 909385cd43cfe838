import pg from 'pg'
import { connectionString, type PostgresPlace } from '#api/storage/postgres.ts'

/** Every row of every table, whatever tables there are: its name, and the row as JSON text. */
export async function everyRow(
  place: PostgresPlace,
): Promise<{ readonly table: string; readonly text: string }[]> {
  const client = new pg.Client({ connectionString: connectionString(place) })
  await client.connect()
  try {
    const tables = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    )
    const found = []
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ text: string }>(
        `select to_json(row)::text as text from ${client.escapeIdentifier(name)} as row`,
      )
      found.push(...rows.map(({ text }) => ({ table: name, text })))
    }
    return found
  } finally {
    await client.end()
  }
}
