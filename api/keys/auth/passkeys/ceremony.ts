import { randomBytes } from 'node:crypto'
import { base64url } from '#shared/base64.ts'
import { PosternError } from '#shared/errors.ts'
import { instant } from '../../../clock.ts'
import { randomId } from '../../../random-id.ts'
import {
  countCeremonies,
  findCeremony,
  forgetCeremoniesBefore,
  insertCeremony,
} from '../../../storage/ceremonies.ts'
import type { CeremonyRow, Db, SessionRow, UserRow } from '../../../storage/schema.ts'
import type { RelyingParty } from './relying-party.ts'

/** Time to find the phone or the key ring, and to touch it. */
export const CEREMONY_SECONDS = 5 * 60
const MOST_OPEN = 20 // of one session: a few tabs, a few cancelled tries

/** For whom, where, and to do what. */
export type CeremonyOf = {
  readonly user: UserRow
  readonly session: Pick<SessionRow, 'id'>
  readonly purpose: CeremonyRow['purpose']
}

/**
 * Gives out a challenge, inside a transaction: 256 random bits, for this user in this session at this origin.
 * @throws PosternError `quota/exceeded` when too many of the session's wait
 */
export async function openCeremony(
  tx: Db,
  { user, session, purpose }: CeremonyOf,
  { origin }: RelyingParty,
  now: Date,
): Promise<CeremonyRow> {
  await forgetCeremoniesBefore(tx, instant(now))
  if ((await countCeremonies(tx, session.id)) >= MOST_OPEN) {
    const retryAfter = CEREMONY_SECONDS
    throw new PosternError('quota/exceeded', 'Too many passkeys were asked for.', { retryAfter })
  }
  const ceremony = {
    id: randomId(),
    purpose,
    challenge: base64url(randomBytes(32)),
    origin,
    userId: user.id,
    sessionId: session.id,
    expiresAt: instant(now, CEREMONY_SECONDS),
  }
  await insertCeremony(tx, ceremony)
  return ceremony
}

/** The challenge of that id, null when it is not this session's to answer, or not any more. */
export async function findOpenCeremony(
  db: Db,
  id: string,
  { user, session, purpose }: CeremonyOf,
  now: Date,
): Promise<CeremonyRow | null> {
  const found = await findCeremony(db, id)
  const isOurs =
    found?.purpose === purpose &&
    found.userId === user.id &&
    found.sessionId === session.id &&
    found.expiresAt > instant(now)
  return isOurs ? found : null
}
