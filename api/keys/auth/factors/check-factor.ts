import type { FactorProof } from '#shared/contract/factor-proof.ts'
import { PosternError } from '#shared/errors.ts'
import { randomId } from '../../../random-id.ts'
import type { AuditAction } from '../../../storage/audit-rows.ts'
import type { SessionRow, UserRow } from '../../../storage/schema.ts'
import type { Work } from '../../audit/journal.ts'
import { countAttempt, forgiveAttempts } from '../throttle.ts'
import { preparePasskey } from '../passkeys/prove-passkey.ts'
import { readSignInPolicy, requireKind } from '../sign-in-policy.ts'
import { prepareHotp } from './hotp.ts'
import type { FactorDeps, PreparedCheck } from './prepared-check.ts'
import { prepareRecovery } from './recovery.ts'
import { prepareTotp } from './totp.ts'

/** What the user is told. */
const REJECTED = {
  totp: 'That code is not right, or it was used already. Wait for the next one.',
  hotp: 'That code is not right, or it was used already. Press the button for the next one.',
  recovery: 'That is none of your recovery codes, or it was used already.',
  passkey: 'This passkey was not taken. Try again, or choose another way.',
} as const

/** What a factor is shown for, where, and by whom. A refusal is recorded under `action`. */
export type FactorShown = {
  readonly user: UserRow
  /** Null at the machine itself, where no passkey is shown. */
  readonly session: Pick<SessionRow, 'id'> | null
  readonly action: AuditAction
  readonly proof: FactorProof
}

/**
 * Checks a factor that a user shows now, and does in the same transaction what it is good for: one code serves
 * one use, whichever comes first. The attempt is counted before it is checked.
 * @param use runs once the proof is used up; it answers null to refuse, and throws only to undo everything
 * @throws PosternError `factor/rejected`, `factor/locked` (with `retryAfter`), `policy/denied` for a kind that the
 * company does not take, `hsm/unavailable`, what `use` threw
 */
export async function checkFactor<T>(
  deps: FactorDeps,
  shown: FactorShown,
  use: Work<T | null>,
): Promise<T> {
  const { user, proof } = shown
  const guarded = { factor: proof.kind, username: user.username } as const
  requireKind(await readSignInPolicy(deps.db), proof.kind)
  const match = await prepare(deps, shown) // before the count: the token may be away
  await countAttempt(deps.journal, guarded)
  const spend = await match()
  const used =
    spend === null
      ? null
      : await deps.journal.write(async (tx, append, now) => {
          if (!(await spend(tx, now))) return null
          const value = await use(tx, append, now)
          if (value !== null) await forgiveAttempts(tx, guarded)
          return value
        })
  if (used !== null) return used
  await recordRefusal(deps, shown)
  throw new PosternError('factor/rejected', REJECTED[proof.kind])
}

function prepare(deps: FactorDeps, shown: FactorShown): Promise<PreparedCheck> {
  const { user, session, proof } = shown
  switch (proof.kind) {
    case 'totp':
      return prepareTotp(deps, user, proof.code)
    case 'hotp':
      return prepareHotp(deps, user, proof)
    case 'recovery':
      return prepareRecovery(deps, user, proof.code)
    case 'passkey':
      if (session === null) return Promise.resolve(() => Promise.resolve(null))
      return preparePasskey(deps, { user, session }, proof)
  }
}

async function recordRefusal(
  { journal }: FactorDeps,
  { user, session, action }: FactorShown,
): Promise<void> {
  await journal.write((_tx, append) => {
    append({
      phase: 'event',
      action,
      operation: randomId(),
      outcome: 'refused',
      code: 'factor/rejected',
      userId: user.id,
      sessionId: session?.id ?? null,
    })
    return Promise.resolve()
  })
}
