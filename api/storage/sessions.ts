import { preparedForIds } from './prepared.ts'
import type { Db, SessionRow } from './schema.ts'

export async function insertSession(db: Db, session: SessionRow): Promise<void> {
  await db.insertInto('sessions').values(session).execute()
}

const bySecret = preparedForIds((db, hashes) =>
  db.selectFrom('sessions').selectAll().where('secretHash', 'in', hashes),
)

export async function findSessionBySecret(db: Db, secretHash: string): Promise<SessionRow | null> {
  const [session] = await bySecret(db, [secretHash])
  return session ?? null
}

export async function findSession(db: Db, id: string): Promise<SessionRow | null> {
  const query = db.selectFrom('sessions').selectAll().where('id', '=', id)
  return (await query.executeTakeFirst()) ?? null
}

const bySecretWithPolicy = preparedForIds((db, hashes) =>
  db
    .selectFrom('sessions')
    .selectAll()
    .select((e) =>
      e.selectFrom('settings').select('value').where('section', '=', 'signIn').as('signInPolicy'),
    )
    .where('secretHash', 'in', hashes),
)

/** The session, and what the company has decided about sign-in: JSON text or null. */
export async function findSessionAndPolicy(
  db: Db,
  secretHash: string,
): Promise<{ session: SessionRow; signInPolicy: string | null } | null> {
  const [found] = await bySecretWithPolicy(db, [secretHash])
  if (found === undefined) return null
  const { signInPolicy, ...session } = found
  return { session, signInPolicy }
}

/** Those of the ids that there are. */
export const listSessionsById = preparedForIds((db, ids) =>
  db.selectFrom('sessions').selectAll().where('id', 'in', ids),
)

/** Sessions of the user that were not ended, the newest first; some may have run out. */
export async function listSessions(db: Db, userId: string): Promise<SessionRow[]> {
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('userId', '=', userId)
    .where('endedAt', 'is', null)
    .orderBy('createdAt', 'desc')
    .execute()
}

export async function touchSession(db: Db, id: string, lastSeenAt: string): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ lastSeenAt })
    .where('id', '=', id)
    .where('lastSeenAt', '<', lastSeenAt)
    .execute()
}

/** @returns false when it had been ended already */
export async function endSession(db: Db, id: string, endedAt: string): Promise<boolean> {
  const result = await db
    .updateTable('sessions')
    .set({ endedAt })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

export async function forgetSessionsBefore(db: Db, absoluteExpiresAt: string): Promise<void> {
  await db.deleteFrom('sessions').where('absoluteExpiresAt', '<', absoluteExpiresAt).execute()
}
