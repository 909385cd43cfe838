import type { Db, PasskeyRow, Schema } from './schema.ts'

/** @returns false when somebody has this passkey already */
export async function insertPasskey(db: Db, passkey: PasskeyRow): Promise<boolean> {
  const result = await db
    .insertInto('passkeys')
    .values(passkey)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** The user's passkeys, the oldest first. */
export async function listPasskeys(db: Db, userId: string): Promise<PasskeyRow[]> {
  const query = db.selectFrom('passkeys').selectAll().where('userId', '=', userId)
  return (await query.orderBy('createdAt').orderBy('id').execute()).map(withNumber)
}

export async function findPasskey(db: Db, credentialId: string): Promise<PasskeyRow | null> {
  const query = db.selectFrom('passkeys').selectAll().where('credentialId', '=', credentialId)
  const row = await query.executeTakeFirst()
  return row === undefined ? null : withNumber(row)
}

export async function deletePasskey(db: Db, id: string): Promise<void> {
  await db.deleteFrom('passkeys').where('id', '=', id).execute()
}

/**
 * Notes a use: one statement that compares and sets. An authenticator that does not count says 0 for ever (Web
 * Authentication Level 3 §6.1.1).
 * @returns false when the counter does not stand above the last one, or the passkey has been removed
 */
export async function usePasskey(
  db: Db,
  id: string,
  counter: number,
  lastUsedAt: string,
): Promise<boolean> {
  const result = await db
    .updateTable('passkeys')
    .set({ counter, lastUsedAt })
    .where('id', '=', id)
    .where('counter', counter === 0 ? '=' : '<', counter)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

function withNumber(row: Schema['passkeys']): PasskeyRow {
  return { ...row, counter: Number(row.counter) }
}
