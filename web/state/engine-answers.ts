import type { Bytes } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'
import { signDigest, unwrapContentKey } from '../client/keys.ts'
import type { PageMethods } from '../engine/protocol.ts'
import type { Handlers } from '../engine/rpc.ts'
import { approvals, type ToApprove } from './approvals.svelte.ts'
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

/** One call, however often it must be sent. */
type Once = {
  readonly approval: string | undefined
  readonly how: { readonly signal: AbortSignal; readonly idempotencyKey: string }
}

/**
 * The answers to what the worker asks while it opens or seals: calls to the user's keys, made with patience, and with
 * the user's confirmation where their company wants it.
 */
export function answersFor(asking: Asking): Handlers<PageMethods> {
  const { signal } = asking
  const ask = async <T>(of: ToApprove, call: (once: Once) => Promise<T>): Promise<T> => {
    asking.onAsk()
    const answer = await approvals.approved(of, signal, (approval) => {
      const once = { approval, how: { signal, idempotencyKey: crypto.randomUUID() } }
      return persist(() => call(once), asking)
    })
    asking.onAnswer()
    return answer
  }
  return {
    unwrap: async ({ keyId, recipient, contentAlgorithm, cmsDigest, sealTo }) => {
      const digest = await sha256(recipient.encryptedKey)
      return ask({ operation: 'unwrap', keyId, digest }, async ({ approval, how }) => {
        const content = { algorithm: contentAlgorithm }
        const request = { recipient, content, message: { digest: cmsDigest }, sealTo, approval }
        const sealedFor = sessionId()
        return { session: sealedFor, answer: await unwrapContentKey(keyId, request, how) }
      })
    },
    sign: ({ keyId, ...request }) =>
      ask({ operation: 'sign', keyId, digest: request.digest.value }, ({ approval, how }) =>
        signDigest(keyId, { ...request, approval }, how),
      ),
  }
}

async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

function sessionId(): string {
  if (session.session === null) throw new PosternError('session/required', 'Nobody is signed in.')
  return session.session.id
}
