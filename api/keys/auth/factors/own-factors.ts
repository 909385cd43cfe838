import { factorKind, type FactorKind } from '#shared/contract/factor-proof.ts'
import type { OwnFactor } from '#shared/contract/factors.ts'
import { listFactors } from '../../../storage/factors.ts'
import { countRecoveryCodes } from '../../../storage/recovery-codes.ts'
import type { Db } from '../../../storage/schema.ts'

/** What the user can show beside their password, the oldest first. */
export async function listOwnFactors(db: Db, userId: string): Promise<OwnFactor[]> {
  const factors = await listFactors(db, userId)
  return factors.map(({ id, kind, name, createdAt, lastUsedAt }) => {
    return { id, kind, name, createdAt, lastUsedAt }
  })
}

/**
 * What the user can sign in with, in the contract's order. Recovery codes stand for something that is lost: alone
 * they are nothing.
 */
export async function factorKindsOf(db: Db, userId: string): Promise<FactorKind[]> {
  const kinds = new Set<FactorKind>((await listOwnFactors(db, userId)).map(({ kind }) => kind))
  if (kinds.size > 0 && (await countRecoveryCodes(db, userId)) > 0) kinds.add('recovery')
  return factorKind.options.filter((kind) => kinds.has(kind))
}
