import { findTotpSeed, spendTotpStep } from '../../../storage/totp-seeds.ts'
import type { UserRow } from '../../../storage/schema.ts'
import type { KeyServiceDeps } from '../../service.ts'
import { matchStep } from '../one-time-code.ts'
import { revealSeed } from '../sealed-seed.ts'
import type { PreparedCheck } from './prepared-check.ts'

/**
 * A time-based code: of the present step or a neighbour, and of a later step than any code before.
 * @throws PosternError `hsm/unavailable`
 */
export async function prepareTotp(
  { db, hsm, clock }: KeyServiceDeps,
  user: UserRow,
  code: string,
): Promise<PreparedCheck> {
  const seed = await findTotpSeed(db, user.id)
  if (seed === null) return () => Promise.resolve(null)
  const text = await revealSeed(hsm, user.id, seed.sealedSeed)
  return async () => {
    const step = await matchStep(text, code, clock())
    return step === null ? null : (tx) => spendTotpStep(tx, seed, step)
  }
}
