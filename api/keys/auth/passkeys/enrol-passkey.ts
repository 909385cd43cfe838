import type { z } from 'zod'
import type { FactorProof } from '#shared/contract/factor-proof.ts'
import type { AddFactorRequest, OwnFactor } from '#shared/contract/factors.ts'
import type {
  passkeyChallengeAnswer,
  passkeyRegistrationAnswer,
} from '#shared/contract/passkeys.ts'
import { PosternError } from '#shared/errors.ts'
import { instant } from '../../../clock.ts'
import { randomId } from '../../../random-id.ts'
import { spendCeremony } from '../../../storage/ceremonies.ts'
import { insertPasskey, listPasskeys } from '../../../storage/passkeys.ts'
import type { SessionRow, UserRow } from '../../../storage/schema.ts'
import type { KeyServiceDeps } from '../../service.ts'
import type { Caller } from '../caller.ts'
import { checkFactor } from '../factors/check-factor.ts'
import { makeRoom } from '../factors/own-factors.ts'
import { findOpenCeremony, openCeremony } from './ceremony.ts'
import { creationOptions, requestOptions } from './options.ts'
import type { RelyingParty } from './relying-party.ts'
import { verifiedPasskey } from './verify.ts'

type PasskeyRequest = Extract<AddFactorRequest, { kind: 'passkey' }>

/** Gives out a challenge to show a passkey for, in this session. Throws `quota/exceeded`. */
export async function challengePasskey(
  { db, journal }: KeyServiceDeps,
  user: UserRow,
  session: SessionRow,
  party: RelyingParty,
): Promise<z.input<typeof passkeyChallengeAnswer>> {
  const of = { user, session, purpose: 'prove' } as const
  const ceremony = await journal.write((tx, _append, now) => openCeremony(tx, of, party, now))
  const options = requestOptions(ceremony, await listPasskeys(db, user.id))
  return { challenge: ceremony.id, options }
}

/**
 * Begins a new passkey, for a factor that is shown now: whoever brings it later in this session needs no other.
 * @throws PosternError `policy/denied` when there are as many factors as one may have, `quota/exceeded`, and as
 * `checkFactor`
 */
export async function beginPasskey(
  deps: KeyServiceDeps,
  caller: Caller,
  proof: FactorProof,
  party: RelyingParty,
): Promise<z.input<typeof passkeyRegistrationAnswer>> {
  await makeRoom(deps.db, caller.user, 'passkey')
  const shown = { ...caller, action: 'factor-added', proof } as const
  const ceremony = await checkFactor(deps, shown, (tx, _append, now) =>
    openCeremony(tx, { ...caller, purpose: 'enrol' }, party, now),
  )
  const options = creationOptions(
    ceremony,
    caller.user,
    await listPasskeys(deps.db, caller.user.id),
  )
  return { challenge: ceremony.id, options }
}

/**
 * Adds the passkey that was begun.
 * @throws PosternError `factor/rejected` when it does not answer the challenge, `request/repeated` when it is enrolled
 * already, `policy/denied` as `beginPasskey`
 */
export async function addPasskey(
  deps: KeyServiceDeps,
  caller: Caller,
  { name, challenge, credential }: PasskeyRequest,
): Promise<OwnFactor> {
  const { user, session } = caller
  await makeRoom(deps.db, user, 'passkey')
  const of = { ...caller, purpose: 'enrol' } as const
  const ceremony = await findOpenCeremony(deps.db, challenge, of, deps.clock())
  const made = ceremony === null ? null : await verifiedPasskey(ceremony, credential)
  const id = randomId()
  const added = await deps.journal.write(async (tx, append, now) => {
    const isNew = made !== null && (await spendCeremony(tx, challenge))
    const row = { id, userId: user.id, name, createdAt: instant(now), lastUsedAt: null }
    const isAdded = isNew && (await insertPasskey(tx, { ...row, ...made }))
    const code = isNew ? 'request/repeated' : 'factor/rejected'
    const said = isAdded ? ({ outcome: 'done' } as const) : ({ outcome: 'refused', code } as const)
    const whose = { userId: user.id, sessionId: session.id }
    append({ phase: 'event', action: 'factor-added', operation: randomId(), ...whose, ...said })
    return isAdded ? row.createdAt : code
  })
  if (added === 'factor/rejected') {
    throw new PosternError(added, 'The passkey does not answer what was asked. Please begin again.')
  }
  if (added === 'request/repeated')
    throw new PosternError(added, 'This passkey is enrolled already.')
  return { id, kind: 'passkey', name, createdAt: added, lastUsedAt: null }
}
