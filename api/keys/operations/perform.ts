import { type ErrorCode, isPosternError } from '#shared/errors.ts'
import { decide, decideRelease } from '../policy/decide.ts'
import type { Asked, Permit } from '../policy/permit.ts'
import type { KeyServiceDeps } from '../service.ts'
import { metered } from './meter.ts'

/** What came of the act: `value` is released only after the result is on record. */
export type Acted<T> = { readonly value: T; readonly contextHash: string | null }

/** What is asked for, and on what terms. */
export type Wanted = Omit<Asked, 'times'>

/**
 * Decide → record → act → record → release: the one way to the token for an operation with a user's key.
 * @param act calls the token, spending the permit
 * @throws PosternError what the decision refused (`key/not-found`, `key/disabled`, `quota/exceeded`, …), what
 * `act` threw, `service/busy` when too many wait, or `audit/unavailable`: then nothing is released
 */
export function perform<T>(
  deps: KeyServiceDeps,
  wanted: Wanted,
  act: (permit: Permit) => Promise<Acted<T>>,
): Promise<{ operation: string; value: T }> {
  const { action, userId } = wanted.request
  return metered(deps.meter, action, () =>
    deps.turns.admit(userId, (turn) =>
      performInTurn(deps, wanted, (permit) => turn(() => act(permit))),
    ),
  )
}

async function performInTurn<T>(
  deps: KeyServiceDeps,
  wanted: Wanted,
  act: (permit: Permit) => Promise<Acted<T>>,
): Promise<{ operation: string; value: T }> {
  const { journal, session: times } = deps
  const { decided, alarm } = await journal.writeTogether(decide, { ...wanted, times })
  if (alarm !== null) deps.alarmed(alarm)
  if (!decided.allowed) throw decided.error
  const { permit } = decided
  const { value, contextHash } = await recordingFailure(deps, permit, () => act(permit))
  const refused = await journal.writeTogether(decideRelease, { permit, contextHash, times })
  if (refused !== null) throw refused
  return { operation: permit.operation, value }
}

async function recordingFailure<T>(
  { journal }: KeyServiceDeps,
  { operation, request }: Permit,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const code: ErrorCode = isPosternError(error) ? error.code : 'internal'
    await journal.write((_tx, append) => {
      append({ ...request, operation, phase: 'result', outcome: 'failed', code })
      return Promise.resolve()
    })
    throw error
  }
}
