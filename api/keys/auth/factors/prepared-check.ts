import type { Db } from '../../../storage/schema.ts'
import type { KeyServiceDeps } from '../../service.ts'

/** What it takes to look at a proof. */
export type FactorDeps = Pick<KeyServiceDeps, 'db' | 'journal' | 'clock' | 'hsm'>

/**
 * Uses up what was shown: one statement that compares and sets, inside a transaction.
 * @returns false when it was used before
 */
export type Spend = (tx: Db, now: Date) => Promise<boolean>

/** Looks whether the proof is right: how it is used up then, null when it is wrong. */
export type PreparedCheck = () => Promise<Spend | null>

/** The first of several of a kind that takes the proof. Two that take the same code are tried in turn. */
export async function anyOf<T>(
  several: readonly T[],
  check: (one: T) => Promise<Spend | null>,
): Promise<Spend | null> {
  const spends = (await Promise.all(several.map(check))).filter((spend) => spend !== null)
  if (spends.length === 0) return null
  return async (tx, now) => {
    for (const spend of spends) if (await spend(tx, now)) return true
    return false
  }
}
