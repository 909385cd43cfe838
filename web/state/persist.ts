import { isPosternError, PosternError } from '#shared/errors.ts'
import { connection } from './connection.svelte.ts'
import { isSessionOver, session } from './session.svelte.ts'

/** Why an operation is standing still; it goes on by itself when that is over. */
export type Obstacle = 'offline' | 'signed-out' | 'token-away'

type Patience = {
  readonly signal: AbortSignal
  /** Hears what is being waited for, and null when the work goes on. */
  readonly onWait?: (obstacle: Obstacle | null) => void
}

const TOKEN_WAIT_S = 3 // when the server names no time

/**
 * Tries until it is done or truly refused. A server that is away, a session that ended and a token that is being
 * restarted are waited for: what the user began is finished without asking twice.
 * @throws PosternError every other refusal; `operation/cancelled` when `signal` says so
 */
export async function persist<T>(attempt: () => Promise<T>, patience: Patience): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof PosternError)) throw error
      const obstacle = obstacleOf(error)
      if (obstacle === null) throw error
      patience.onWait?.(obstacle)
      await orCancelled(overcome(obstacle, error), patience.signal)
      patience.onWait?.(null)
    }
  }
}

function obstacleOf(error: PosternError): Obstacle | null {
  if (isPosternError(error, 'network/offline')) return 'offline'
  if (isPosternError(error, 'hsm/unavailable')) return 'token-away'
  return isSessionOver(error) ? 'signed-out' : null
}

async function overcome(obstacle: Obstacle, error: PosternError): Promise<void> {
  switch (obstacle) {
    case 'offline':
      return connection.whenBack()
    case 'signed-out':
      return session.whenSignedIn()
    case 'token-away':
      return sleep((error.retryAfter ?? TOKEN_WAIT_S) * 1000)
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function orCancelled(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const cancelled = Promise.withResolvers<never>()
  const cancel = () => {
    cancelled.reject(new PosternError('operation/cancelled', 'Cancelled.'))
  }
  if (signal.aborted) cancel()
  signal.addEventListener('abort', cancel, { once: true })
  return Promise.race([work, cancelled.promise]).finally(() => {
    signal.removeEventListener('abort', cancel)
  })
}
