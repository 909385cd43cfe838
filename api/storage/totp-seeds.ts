import type { Db, TotpSeedRow } from './schema.ts'

export async function findTotpSeed(db: Db, userId: string): Promise<TotpSeedRow | null> {
  const query = db.selectFrom('totpSeeds').selectAll().where('userId', '=', userId)
  return (await query.executeTakeFirst()) ?? null
}

/** Sets the seed; an earlier one is forgotten. */
export async function putTotpSeed(db: Db, seed: TotpSeedRow): Promise<void> {
  const { userId, ...fresh } = seed
  await db
    .insertInto('totpSeeds')
    .values({ userId, ...fresh })
    .onConflict((conflict) => conflict.column('userId').doUpdateSet(fresh))
    .execute()
}

/**
 * Uses up the code of a time step: one statement that compares and sets.
 * @returns false when this code or a later one was used before, or the seed has been replaced
 */
export async function spendTotpStep(
  db: Db,
  seed: Pick<TotpSeedRow, 'userId' | 'sealedSeed'>,
  step: number,
): Promise<boolean> {
  const result = await db
    .updateTable('totpSeeds')
    .set({ lastStep: step })
    .where('userId', '=', seed.userId)
    .where('sealedSeed', '=', seed.sealedSeed)
    .where('lastStep', '<', step)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}
