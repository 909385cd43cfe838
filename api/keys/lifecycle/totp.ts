import { instant } from '../../clock.ts'
import type { Hsm } from '../../hsm/port.ts'
import { randomId } from '../../random-id.ts'
import { putTotpSeed } from '../../storage/totp-seeds.ts'
import type { UserRow } from '../../storage/schema.ts'
import { newSeed, otpauthUri } from '../auth/one-time-code.ts'
import { sealSeed } from '../auth/sealed-seed.ts'
import type { Records } from '../records.ts'

/**
 * Gives the user a new one-time-code seed; an earlier one stops working. The answer is the only time that
 * the seed is seen: base32 text, and the same as an `otpauth://` address for a QR code.
 */
export async function enrolTotp(
  { journal, hsm }: Records & { readonly hsm: Hsm },
  user: UserRow,
): Promise<{ seed: string; uri: string }> {
  const seed = newSeed()
  const sealedSeed = await sealSeed(hsm, user.id, seed)
  await journal.write(async (tx, append, now) => {
    await putTotpSeed(tx, { userId: user.id, sealedSeed, lastStep: 0, createdAt: instant(now) })
    append({
      phase: 'event',
      action: 'totp-enrolled',
      operation: randomId(),
      outcome: 'done',
      userId: user.id,
    })
  })
  return { seed, uri: otpauthUri(seed, user.username) }
}
