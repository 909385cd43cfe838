import { instant } from '../../../clock.ts'
import { listFactors, spendCode } from '../../../storage/factors.ts'
import type { UserRow } from '../../../storage/schema.ts'
import { matchCounter } from '../one-time-code.ts'
import { revealSeeds } from '../sealed-seed.ts'
import { anyOf, type FactorDeps, type PreparedCheck } from './prepared-check.ts'

/**
 * A counter-based code of any of the user's hardware tokens, a little ahead of its counter or, with the code after
 * it, far ahead. The counter then stands after what was shown, and never goes back.
 * @throws PosternError `hsm/unavailable`
 */
export async function prepareHotp(
  { db, hsm }: FactorDeps,
  user: UserRow,
  { code, next }: { readonly code: string; readonly next?: string | undefined },
): Promise<PreparedCheck> {
  const tokens = (await listFactors(db, user.id)).filter(({ kind }) => kind === 'hotp')
  const seeds = await revealSeeds(hsm, tokens)
  return () =>
    anyOf(seeds, async ({ factor, seed }) => {
      const { counter, digits } = factor
      const matched = await matchCounter({ seed, counter, digits }, code, next)
      if (matched === null) return null
      const place = { atMost: matched, counter: matched + (next === undefined ? 1 : 2) }
      return (tx, now) => spendCode(tx, factor.id, place, instant(now))
    })
}
