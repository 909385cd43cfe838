import { type ErrorCode, isPosternError } from '#shared/errors.ts'
import type { OperationRequest } from '../policy/permit.ts'

/** Told of each operation when it is over, refused ones included. */
export type OperationMeter = (over: {
  readonly kind: OperationRequest['action']
  readonly outcome: 'done' | ErrorCode
  readonly ms: number
}) => void

/** Does the work, and tells the meter how it ended and how long it took. */
export async function metered<T>(
  meter: OperationMeter,
  kind: OperationRequest['action'],
  work: () => Promise<T>,
): Promise<T> {
  const since = performance.now()
  const tell = (outcome: 'done' | ErrorCode) =>
    meter({ kind, outcome, ms: performance.now() - since })
  try {
    const done = await work()
    tell('done')
    return done
  } catch (error) {
    tell(isPosternError(error) ? error.code : 'internal')
    throw error
  }
}
