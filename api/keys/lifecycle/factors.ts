import { instant } from '../../clock.ts'
import type { Hsm } from '../../hsm/port.ts'
import { randomId } from '../../random-id.ts'
import { deleteFactor, insertFactor, listFactors } from '../../storage/factors.ts'
import type { CodeFactorRow, UserRow } from '../../storage/schema.ts'
import { newSeed, otpauthUri } from '../auth/one-time-code.ts'
import { sealSeed } from '../auth/sealed-seed.ts'
import type { Records } from '../records.ts'

type Maker = Records & { readonly hsm: Hsm }

/**
 * Gives the user a new authenticator app; earlier ones stop working. The answer is the only time that the seed is
 * seen: base32 text, and the same as an `otpauth://` address for a QR code.
 * @param actor who does it, for the audit; null for the set-up
 */
export async function enrolTotp(
  { journal, hsm }: Maker,
  user: UserRow,
  actor: string | null = null,
): Promise<{ seed: string; uri: string }> {
  const seed = newSeed()
  const name = 'Authenticator app'
  const factor = await newFactor(hsm, user, { kind: 'totp', name, seed, counter: 0, digits: 6 })
  await journal.write(async (tx, append, now) => {
    const earlier = (await listFactors(tx, user.id)).filter(({ kind }) => kind === 'totp')
    for (const { id } of earlier) await deleteFactor(tx, id)
    await insertFactor(tx, { ...factor, createdAt: instant(now) })
    append({ ...event('factor-added', user), actor })
  })
  return { seed, uri: otpauthUri(seed, user.username) }
}

/** Gives the user a hardware token. `seed` is base32 text; `counter` is where its next code stands. */
export async function enrolHotp(
  { journal, hsm }: Maker,
  user: UserRow,
  token: Pick<CodeFactorRow, 'name' | 'counter' | 'digits'> & { readonly seed: string },
  actor: string | null = null,
): Promise<string> {
  const factor = await newFactor(hsm, user, { kind: 'hotp', ...token })
  await journal.write(async (tx, append, now) => {
    await insertFactor(tx, { ...factor, createdAt: instant(now) })
    append({ ...event('factor-added', user), actor })
  })
  return factor.id
}

/** A row that was not used yet, its seed sealed; when it was made is for the transaction that stores it. */
export async function newFactor(
  hsm: Hsm,
  user: UserRow,
  {
    seed,
    ...factor
  }: Pick<CodeFactorRow, 'kind' | 'name' | 'counter' | 'digits'> & {
    readonly seed: string
  },
): Promise<Omit<CodeFactorRow, 'createdAt'>> {
  const sealedSeed = await sealSeed(hsm, user.id, seed)
  return { id: randomId(), userId: user.id, ...factor, sealedSeed, lastUsedAt: null }
}

function event(action: 'factor-added' | 'factor-removed', user: UserRow) {
  const operation = randomId()
  return { phase: 'event', action, operation, outcome: 'done', userId: user.id } as const
}
