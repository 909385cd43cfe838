import type { z } from 'zod'
import { problemSchema } from '#shared/contract/problem.ts'
import type { Bytes } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'

const PATIENCE_MS = 30_000 // the server's own deadlines are shorter: past this, nobody is there

/** What the rest of the app hears about every call, whoever made it. */
type Listener = { answered(): void; failed(error: PosternError): void }
let listener: Listener = { answered: () => undefined, failed: () => undefined }

/** Tells one listener how each call ended. Called once, at the start. */
export function listenToCalls(to: Listener): void {
  listener = to
}

export type Call = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below `/api/v1`. */
  readonly path: string
  /** A value travels as JSON, bytes as `message/rfc822`. */
  readonly body?: { readonly json: unknown } | { readonly message: Bytes }
  /** The same key makes a repeated call count once. A fresh one when absent. */
  readonly idempotencyKey?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * A call whose answer is JSON of a known shape.
 * @throws PosternError the server's code, `network/offline`, `network/bad-answer` or `operation/cancelled`
 */
export async function callForJson<Schema extends z.ZodType>(
  call: Call,
  answer: Schema,
): Promise<z.output<Schema>> {
  const response = await send(call)
  const parsed = answer.safeParse(await response.json().catch(() => undefined))
  if (parsed.success) return parsed.data
  throw new PosternError(
    'network/bad-answer',
    'The server gave an answer that Postern does not know.',
    {
      cause: parsed.error,
    },
  )
}

/** A call answered with bytes. Throws as `callForJson` does. */
export async function callForBytes(call: Call): Promise<Bytes> {
  const response = await send(call)
  try {
    return new Uint8Array(await response.arrayBuffer())
  } catch (cause) {
    throw notReached(cause, call.signal)
  }
}

/** A call whose answer has no content. Throws as `callForJson` does. */
export async function callForNothing(call: Call): Promise<void> {
  await send(call)
}

async function send(call: Call): Promise<Response> {
  try {
    const response = await fetch(`/api/v1${call.path}`, requestOf(call)).catch((cause: unknown) => {
      throw notReached(cause, call.signal)
    })
    if (!response.ok) throw await refusal(response)
    listener.answered()
    return response
  } catch (error) {
    if (error instanceof PosternError) listener.failed(error)
    throw error
  }
}

function requestOf({ method, body, idempotencyKey, signal }: Call): RequestInit {
  const headers = new Headers({ accept: 'application/json, application/problem+json' })
  if (method !== 'GET') headers.set('idempotency-key', idempotencyKey ?? crypto.randomUUID())
  const deadline = AbortSignal.timeout(PATIENCE_MS)
  const request: RequestInit = {
    method,
    headers,
    cache: 'no-store',
    credentials: 'same-origin',
    redirect: 'error',
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
  }
  if (body === undefined) return request
  const json = 'json' in body
  headers.set('content-type', json ? 'application/json' : 'message/rfc822')
  return { ...request, body: json ? JSON.stringify(body.json) : body.message }
}

function notReached(cause: unknown, signal: AbortSignal | undefined): PosternError {
  return signal?.aborted === true
    ? new PosternError('operation/cancelled', 'Cancelled.', { cause })
    : new PosternError('network/offline', 'The Postern server cannot be reached.', { cause })
}

const NOBODY_BEHIND = [502, 504] // what proxies say for a server that is away

async function refusal(response: Response): Promise<PosternError> {
  const problem = problemSchema.safeParse(await response.json().catch(() => undefined))
  if (problem.success) {
    const { code, detail, retryAfter, needs } = problem.data
    return new PosternError(code, detail, {
      ...(retryAfter !== undefined && { retryAfter }),
      ...(needs !== undefined && { needs }),
    })
  }
  return NOBODY_BEHIND.includes(response.status)
    ? new PosternError('network/offline', 'The Postern server cannot be reached.')
    : new PosternError(
        'network/bad-answer',
        'The server gave an answer that Postern does not know.',
      )
}
