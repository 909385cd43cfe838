import type { CeremonyRow, Db } from './schema.ts'

export async function insertCeremony(db: Db, ceremony: CeremonyRow): Promise<void> {
  await db.insertInto('ceremonies').values(ceremony).execute()
}

export async function findCeremony(db: Db, id: string): Promise<CeremonyRow | null> {
  const query = db.selectFrom('ceremonies').selectAll().where('id', '=', id)
  return (await query.executeTakeFirst()) ?? null
}

/** How many of a session's challenges wait for an answer. */
export async function countCeremonies(db: Db, sessionId: string): Promise<number> {
  const row = await db
    .selectFrom('ceremonies')
    .select((e) => e.fn.countAll().as('count'))
    .where('sessionId', '=', sessionId)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** Uses the challenge up. @returns false when it was used before */
export async function spendCeremony(db: Db, id: string): Promise<boolean> {
  const result = await db.deleteFrom('ceremonies').where('id', '=', id).executeTakeFirst()
  return result.numDeletedRows === 1n
}

/** After this, none of the user's challenges can be answered. */
export async function deleteCeremonies(db: Db, userId: string): Promise<void> {
  await db.deleteFrom('ceremonies').where('userId', '=', userId).execute()
}

export async function forgetCeremoniesBefore(db: Db, expiresAt: string): Promise<void> {
  await db.deleteFrom('ceremonies').where('expiresAt', '<', expiresAt).execute()
}
