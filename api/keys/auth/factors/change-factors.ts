import type { FactorProof } from '#shared/contract/factor-proof.ts'
import type { AddFactorRequest, OwnFactor } from '#shared/contract/factors.ts'
import { PosternError } from '#shared/errors.ts'
import { instant } from '../../../clock.ts'
import { randomId } from '../../../random-id.ts'
import { insertFactor } from '../../../storage/factors.ts'
import { replaceRecoveryCodes } from '../../../storage/recovery-codes.ts'
import type { AuditAction } from '../../../storage/audit-rows.ts'
import type { KeyServiceDeps } from '../../service.ts'
import type { Caller } from '../caller.ts'
import { matchCounter, newSeed, otpauthUri } from '../one-time-code.ts'
import { readSignInPolicy, requireKind } from '../sign-in-policy.ts'
import { checkFactor } from './check-factor.ts'
import { type NewFactor, sealFactor } from './new-factor.ts'
import { deleteOwnFactor, listOwnFactors, makeRoom } from './own-factors.ts'
import { hashRecoveryCode, newRecoveryCode } from './recovery.ts'

const RECOVERY_CODES = 10

type CodeFactorRequest = Exclude<AddFactorRequest, { kind: 'passkey' }>
type Added = { readonly factor: OwnFactor; readonly seed?: string; readonly uri?: string }

/**
 * Adds an app or a hardware token, for a factor that is shown now. The answer for an app is the only time that its
 * seed is seen.
 * @throws PosternError `policy/denied` when there are as many as one may have, `request/malformed` for codes that
 * a hardware token's seed does not make, and as `checkFactor`
 */
export async function addFactor(
  deps: KeyServiceDeps,
  caller: Caller,
  asked: CodeFactorRequest,
): Promise<Added> {
  await makeRoom(deps.db, caller.user, asked.kind)
  const { kind, name } = asked
  const { isProven, ...fresh } = await newFactor(asked)
  const sealed = await sealFactor(deps.hsm, caller.user, fresh)
  const added = await change(deps, caller, 'factor-added', asked.proof, async (tx, createdAt) => {
    const times = { createdAt, lastUsedAt: isProven ? createdAt : null }
    await insertFactor(tx, { ...sealed, ...times })
    return times
  })
  const factor = { id: sealed.id, kind, name, ...added }
  if (kind === 'hotp') return { factor }
  return { factor, seed: fresh.seed, uri: otpauthUri(fresh.seed, caller.user.username) }
}

/** @throws PosternError `request/malformed` when the codes of a hardware token are not those of its seed */
async function newFactor(asked: CodeFactorRequest): Promise<NewFactor & { isProven: boolean }> {
  const { name } = asked
  if (asked.kind === 'totp') {
    return { kind: 'totp', name, counter: 0, digits: 6, seed: newSeed(), isProven: false }
  }
  const { seed, digits, codes } = asked
  const matched = codes && (await matchCounter(asked, ...codes))
  if (matched === null) {
    throw new PosternError(
      'request/malformed',
      'The secret and the two codes do not belong together.',
    )
  }
  const counter = matched === undefined ? asked.counter : matched + 2
  return { kind: 'hotp', name, counter, digits, seed, isProven: matched !== undefined }
}

/**
 * Removes a factor, for one that is shown now; another one that has proven to work has to be left.
 * @throws PosternError `request/not-found`, `factor/last`, and as `checkFactor`
 */
export async function removeFactor(
  deps: KeyServiceDeps,
  caller: Caller,
  id: string,
  proof: FactorProof,
): Promise<void> {
  const { user } = caller
  const isThere = (await listOwnFactors(deps.db, user.id)).some((own) => own.id === id)
  if (!isThere) throw new PosternError('request/not-found', 'You have no such factor.')
  const outcome = await checkFactor(
    deps,
    { ...caller, action: 'factor-removed', proof },
    async (tx, append) => {
      const others = (await listOwnFactors(tx, user.id)).filter((own) => own.id !== id)
      const isLast = others.every(({ lastUsedAt }) => lastUsedAt === null)
      if (!isLast) await deleteOwnFactor(tx, id)
      const said = isLast ? ({ outcome: 'refused', code: 'factor/last' } as const) : undefined
      append({ ...event('factor-removed', caller), ...said })
      return isLast ? 'last' : 'removed'
    },
  )
  if (outcome === 'removed') return
  throw new PosternError('factor/last', 'Use another one first, so that you are not shut out.')
}

/** New recovery codes in the place of all earlier ones. They are seen this once. */
export async function makeRecoveryCodes(
  deps: KeyServiceDeps,
  caller: Caller,
  proof: FactorProof,
): Promise<string[]> {
  requireKind(await readSignInPolicy(deps.db), 'recovery')
  const { id: userId } = caller.user
  const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode)
  const hashes = await Promise.all(codes.map((code) => hashRecoveryCode(deps.hsm, userId, code)))
  await change(deps, caller, 'recovery-codes-made', proof, async (tx, createdAt) => {
    const rows = hashes.flatMap((hash) => (hash === null ? [] : { userId, hash, createdAt }))
    await replaceRecoveryCodes(tx, userId, rows)
    return true
  })
  return codes
}

/** Does what a factor is shown for, and records that it was done. */
function change<T>(
  deps: KeyServiceDeps,
  caller: Caller,
  action: AuditAction,
  proof: FactorProof,
  act: (tx: KeyServiceDeps['db'], at: string) => Promise<T>,
): Promise<T> {
  return checkFactor(deps, { ...caller, action, proof }, async (tx, append, now) => {
    append(event(action, caller))
    return act(tx, instant(now))
  })
}

function event(action: AuditAction, { user, session }: Caller) {
  const whose = { userId: user.id, sessionId: session.id }
  return { ...whose, phase: 'event', action, operation: randomId(), outcome: 'done' } as const
}
