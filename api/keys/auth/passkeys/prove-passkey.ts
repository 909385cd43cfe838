import type { PasskeyProof } from '#shared/contract/factor-proof.ts'
import { instant } from '../../../clock.ts'
import { randomId } from '../../../random-id.ts'
import { spendCeremony } from '../../../storage/ceremonies.ts'
import { findPasskey, usePasskey } from '../../../storage/passkeys.ts'
import type { CeremonyRow, PasskeyRow, SessionRow, UserRow } from '../../../storage/schema.ts'
import type { FactorDeps, PreparedCheck } from '../factors/prepared-check.ts'
import { findOpenCeremony } from './ceremony.ts'
import { userHandle } from './options.ts'
import { verifiedCounter } from './verify.ts'

type Whose = { readonly user: UserRow; readonly session: Pick<SessionRow, 'id'> }

/** An assertion of one of the user's passkeys, over a challenge that was given out for this session. */
export async function preparePasskey(
  deps: FactorDeps,
  whose: Whose,
  { challenge, credential }: PasskeyProof,
): Promise<PreparedCheck> {
  const of = { ...whose, purpose: 'prove' } as const
  const ceremony = await findOpenCeremony(deps.db, challenge, of, deps.clock())
  const passkey = await findPasskey(deps.db, credential.id)
  if (ceremony === null || passkey === null || !isTheirs(passkey, whose, credential)) {
    return () => Promise.resolve(null)
  }
  return () => check(deps, whose, { ceremony, passkey, credential })
}

function isTheirs(
  { userId }: PasskeyRow,
  { user }: Whose,
  { id, rawId, response }: PasskeyProof['credential'],
): boolean {
  const handle = response.userHandle ?? '' // a security key that keeps no accounts leaves it out
  return userId === user.id && rawId === id && (handle === '' || handle === userHandle(user))
}

type Shown = {
  readonly ceremony: CeremonyRow
  readonly passkey: PasskeyRow
  readonly credential: PasskeyProof['credential']
}

async function check(deps: FactorDeps, whose: Whose, shown: Shown) {
  const { ceremony, passkey, credential } = shown
  const counter = await verifiedCounter(ceremony, passkey, credential.response)
  if (counter === null) return null
  if (counter <= passkey.counter && passkey.counter > 0) {
    await recordCopy(deps, whose)
    return null
  }
  return async (tx: FactorDeps['db'], now: Date) =>
    (await spendCeremony(tx, ceremony.id)) &&
    (await usePasskey(tx, passkey.id, counter, instant(now)))
}

/** The signature holds and the counter has gone back: somebody else may hold a copy (§6.1.1). */
async function recordCopy({ journal }: FactorDeps, { user, session }: Whose): Promise<void> {
  await journal.write((_tx, append) => {
    append({
      phase: 'event',
      action: 'passkey-copied',
      operation: randomId(),
      outcome: 'refused',
      code: 'factor/rejected',
      userId: user.id,
      sessionId: session.id,
    })
    return Promise.resolve()
  })
}
