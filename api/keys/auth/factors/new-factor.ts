import type { Hsm } from '../../../hsm/port.ts'
import { randomId } from '../../../random-id.ts'
import type { CodeFactorRow, UserRow } from '../../../storage/schema.ts'
import { sealSeed } from '../sealed-seed.ts'

/** What makes one-time codes, before it is stored. `seed` is base32 text. */
export type NewFactor = Pick<CodeFactorRow, 'kind' | 'name' | 'counter' | 'digits'> & {
  readonly seed: string
}

/** A row that was not used yet, its seed sealed; when it was made is for the transaction that stores it. */
export async function sealFactor(
  hsm: Hsm,
  user: UserRow,
  { seed, ...factor }: NewFactor,
): Promise<Omit<CodeFactorRow, 'createdAt'>> {
  const sealedSeed = await sealSeed(hsm, user.id, seed)
  return { id: randomId(), userId: user.id, ...factor, sealedSeed, lastUsedAt: null }
}
