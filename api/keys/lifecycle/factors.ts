import { instant } from '../../clock.ts'
import type { Hsm } from '../../hsm/port.ts'
import { randomId } from '../../random-id.ts'
import { deleteFactor, insertFactor, listFactors } from '../../storage/factors.ts'
import type { Db, UserRow } from '../../storage/schema.ts'
import { type NewFactor, sealFactor } from '../auth/factors/new-factor.ts'
import { deleteOwnFactor, listOwnFactors } from '../auth/factors/own-factors.ts'
import { newSeed, otpauthUri } from '../auth/one-time-code.ts'
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
  const factor = await sealFactor(hsm, user, { kind: 'totp', name, seed, counter: 0, digits: 6 })
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
  token: Omit<NewFactor, 'kind'>,
  actor: string | null = null,
): Promise<string> {
  const factor = await sealFactor(hsm, user, { ...token, kind: 'hotp' })
  await journal.write(async (tx, append, now) => {
    await insertFactor(tx, { ...factor, createdAt: instant(now) })
    append({ ...event('factor-added', user), actor })
  })
  return factor.id
}

/**
 * Takes a factor away that was lost, the last one too: the user has to be given another one then.
 * @returns false when the user has no such factor
 */
export function takeFactor(
  { journal }: Records,
  user: UserRow,
  id: string,
  actor: string,
): Promise<boolean> {
  return journal.write(async (tx: Db, append) => {
    const own = await listOwnFactors(tx, user.id)
    if (!own.some((factor) => factor.id === id)) return false
    await deleteOwnFactor(tx, id)
    append({ ...event('factor-removed', user), actor })
    return true
  })
}

function event(action: 'factor-added' | 'factor-removed', user: UserRow) {
  const operation = randomId()
  return { phase: 'event', action, operation, outcome: 'done', userId: user.id } as const
}
