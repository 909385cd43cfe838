import { instant } from '../../../clock.ts'
import { listFactors, spendCode } from '../../../storage/factors.ts'
import type { UserRow } from '../../../storage/schema.ts'
import { matchStep } from '../one-time-code.ts'
import { revealSeeds } from '../sealed-seed.ts'
import { anyOf, type FactorDeps, type PreparedCheck } from './prepared-check.ts'

/**
 * A time-based code of any of the user's apps: of the present step or a neighbour, and of a later step than any
 * code of that app before.
 * @throws PosternError `hsm/unavailable`
 */
export async function prepareTotp(
  { db, hsm, clock }: FactorDeps,
  user: UserRow,
  code: string,
): Promise<PreparedCheck> {
  const apps = (await listFactors(db, user.id)).filter(({ kind }) => kind === 'totp')
  const seeds = await revealSeeds(hsm, apps)
  return () =>
    anyOf(seeds, async ({ factor, seed }) => {
      const step = await matchStep(seed, code, clock())
      if (step === null) return null
      const place = { atMost: step - 1, counter: step }
      return (tx, now) => spendCode(tx, factor.id, place, instant(now))
    })
}
