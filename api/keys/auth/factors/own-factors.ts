import type { OwnFactor } from '#shared/contract/factors.ts'
import { listFactors } from '../../../storage/factors.ts'
import type { Db } from '../../../storage/schema.ts'

/** What the user can show beside their password, the oldest first. */
export async function listOwnFactors(db: Db, userId: string): Promise<OwnFactor[]> {
  const factors = await listFactors(db, userId)
  return factors.map(({ id, kind, name, createdAt, lastUsedAt }) => {
    return { id, kind, name, createdAt, lastUsedAt }
  })
}
