import type { Db, SettingRow } from './schema.ts'

/** JSON text, or null where nothing was decided yet. */
export async function findSetting(db: Db, section: string): Promise<string | null> {
  const query = db.selectFrom('settings').select('value').where('section', '=', section)
  return (await query.executeTakeFirst())?.value ?? null
}

export async function putSetting(db: Db, row: SettingRow): Promise<void> {
  const { section, ...decided } = row
  await db
    .insertInto('settings')
    .values({ section, ...decided })
    .onConflict((conflict) => conflict.column('section').doUpdateSet(decided))
    .execute()
}
