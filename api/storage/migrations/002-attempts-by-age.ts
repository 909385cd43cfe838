import type { Db } from '../schema.ts'

/** Old attempts are found without reading the others: anybody can make any number of them. */
export async function attemptsByAge(db: Db): Promise<void> {
  await db.schema.createIndex('attemptsByAge').on('attempts').column('lastAt').execute()
}
