import type { ChangeRow, Db } from './schema.ts'

const SETTLED_SHOWN = 100 // what a person looks through; the audit has them all

export async function insertChange(db: Db, change: ChangeRow): Promise<void> {
  await db.insertInto('changes').values(change).execute()
}

export async function findChange(db: Db, id: string): Promise<ChangeRow | null> {
  const query = db.selectFrom('changes').selectAll().where('id', '=', id)
  return (await query.executeTakeFirst()) ?? null
}

/** The open change with exactly this content. */
export async function findOpenChange(db: Db, content: string): Promise<ChangeRow | null> {
  const query = db.selectFrom('changes').selectAll().where('state', '=', 'open')
  return (await query.where('content', '=', content).executeTakeFirst()) ?? null
}

/** All that are open, the newest first. */
export async function listOpenChanges(db: Db): Promise<ChangeRow[]> {
  const query = db.selectFrom('changes').selectAll().where('state', '=', 'open')
  return query.orderBy('proposedAt', 'desc').orderBy('id').execute()
}

/** What became of others, the newest first. */
export async function listSettledChanges(db: Db): Promise<ChangeRow[]> {
  return db
    .selectFrom('changes')
    .selectAll()
    .where('state', '!=', 'open')
    .orderBy('proposedAt', 'desc')
    .orderBy('id')
    .limit(SETTLED_SHOWN)
    .execute()
}

/** Whether there are open changes that act or expire by `now`. */
export async function anyChangeDue(db: Db, now: string): Promise<boolean> {
  const query = db.selectFrom('changes').select('id').where('state', '=', 'open')
  const due = query.where((e) => e.or([e('actsAt', '<=', now), e('expiresAt', '<=', now)]))
  return (await due.limit(1).executeTakeFirst()) !== undefined
}

/** @returns false when it is open no more */
export async function updateOpenChange(
  db: Db,
  id: string,
  values: Partial<Omit<ChangeRow, 'id' | 'content'>>,
): Promise<boolean> {
  const result = await db
    .updateTable('changes')
    .set(values)
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Lets no open change act by itself before `actsAt`. */
export async function holdOpenChanges(db: Db, actsAt: string): Promise<void> {
  await db
    .updateTable('changes')
    .set({ actsAt })
    .where('state', '=', 'open')
    .where('actsAt', '<', actsAt)
    .execute()
}
