import { type ErrorCode, isPosternError } from '#shared/errors.ts'
import { decide, decideRelease } from '../policy/decide.ts'
import type { OperationRequest, Permit } from '../policy/permit.ts'
import type { KeyServiceDeps } from '../service.ts'
import { metered } from './meter.ts'

/** What came of the act: `value` is released only after the result is on record. */
export type Acted<T> = { readonly value: T; readonly contextHash: string | null }

/**
 * Decide → record → act → record → release: the one way to the token for an operation with a user's key.
 * @param act calls the token, spending the permit
 * @throws PosternError what the decision refused (`key/not-found`, `key/disabled`, `quota/exceeded`, …), what
 * `act` threw, `service/busy` when too many wait, or `audit/unavailable`: then nothing is released
 */
export function perform<T>(
  deps: KeyServiceDeps,
  request: OperationRequest,
  act: (permit: Permit) => Promise<Acted<T>>,
): Promise<{ operation: string; value: T }> {
  return metered(deps.meter, request.action, () =>
    deps.turns.admit(request.userId, (turn) =>
      performInTurn(deps, request, (permit) => turn(() => act(permit))),
    ),
  )
}

async function performInTurn<T>(
  deps: KeyServiceDeps,
  request: OperationRequest,
  act: (permit: Permit) => Promise<Acted<T>>,
): Promise<{ operation: string; value: T }> {
  const { journal, session: times } = deps
  const decision = await journal.writeTogether(decide, { request, times })
  if (!decision.allowed) throw decision.error
  const { permit } = decision
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
