import type { Db, PolicyChangeRow, PolicyColumns } from './schema.ts'

export async function setKeyPolicy(db: Db, id: string, policy: PolicyColumns): Promise<void> {
  await db.updateTable('keys').set(policy).where('id', '=', id).execute()
}

export async function insertPolicyChange(db: Db, row: PolicyChangeRow): Promise<void> {
  await db.insertInto('policyChanges').values(row).execute()
}
