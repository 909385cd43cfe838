import { PosternError } from '#shared/errors.ts'
import { signDigest, unwrapContentKey } from '../client/keys.ts'
import type { PageMethods } from '../engine/protocol.ts'
import type { Handlers } from '../engine/rpc.ts'
import { type Obstacle, persist } from './persist.ts'
import { session } from './session.svelte.ts'

type Asking = {
  readonly signal: AbortSignal
  readonly onWait: (obstacle: Obstacle | null) => void
  /** The token is being asked. */
  readonly onAsk: () => void
  /** It has answered. */
  readonly onAnswer: () => void
}

/** The answers to what the worker asks while it opens or seals: calls to the user's keys, made with patience. */
export function answersFor(asking: Asking): Handlers<PageMethods> {
  const ask = async <T>(attempt: () => Promise<T>): Promise<T> => {
    asking.onAsk()
    const answer = await persist(attempt, asking)
    asking.onAnswer()
    return answer
  }
  return {
    unwrap: ({ keyId, recipient, contentAlgorithm, cmsDigest, sealTo }) =>
      ask(async () => {
        const content = { algorithm: contentAlgorithm }
        const request = { recipient, content, message: { digest: cmsDigest }, sealTo }
        const sealedFor = sessionId()
        return { session: sealedFor, answer: await unwrapContentKey(keyId, request, asking.signal) }
      }),
    sign: ({ keyId, ...request }) => ask(() => signDigest(keyId, request, asking.signal)),
  }
}

function sessionId(): string {
  if (session.session === null) throw new PosternError('session/required', 'Nobody is signed in.')
  return session.session.id
}
