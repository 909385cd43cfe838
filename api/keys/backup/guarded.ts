import type { Db } from '../../storage/schema.ts'
import { emptyTables, RowWriter } from '../../storage/table-rows.ts'
import type { TableName } from '../../storage/tables.ts'
import { columnsOf, policyOf } from '../policy/key-policy.ts'
import type { Guarded } from './merge.ts'

/** Of the tables in `Guarded`, those that nothing refers to. */
const CREDENTIALS = ['factors', 'passkeys', 'recoveryCodes'] as const satisfies readonly TableName[]

export async function readGuarded(db: Db): Promise<Guarded> {
  return {
    users: await db.selectFrom('users').selectAll().execute(),
    keys: await db.selectFrom('keys').selectAll().execute(),
    factors: await db.selectFrom('factors').selectAll().execute(),
    passkeys: await db.selectFrom('passkeys').selectAll().execute(),
    recoveryCodes: await db.selectFrom('recoveryCodes').selectAll().execute(),
  }
}

/** Puts these in the place of what was restored; users and keys are the same ones, and maybe otherwise. */
export async function writeGuarded(db: Db, guarded: Guarded): Promise<void> {
  await emptyTables(db, CREDENTIALS)
  const writer = new RowWriter(db)
  for (const table of CREDENTIALS) {
    for (const row of guarded[table]) await writer.put(table, row)
  }
  await writer.end()
  for (const { id, ...user } of guarded.users) {
    await db.updateTable('users').set(user).where('id', '=', id).execute()
  }
  for (const { id, status, ...key } of guarded.keys) {
    const policy = columnsOf(policyOf(key))
    await db
      .updateTable('keys')
      .set({ status, ...policy })
      .where('id', '=', id)
      .execute()
  }
}
