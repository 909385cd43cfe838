import { type ErrorCode, PosternError } from '#shared/errors.ts'

/** What one side may ask of the other: the parameter and the result of each method. */
export type Methods = Record<string, { params: unknown; result: unknown }>

export type Handlers<M extends Methods> = {
  readonly [Name in keyof M]: (params: M[Name]['params']) => Promise<M[Name]['result']>
}

/** The far side of a worker boundary. */
export type Peer<M extends Methods> = {
  /** Rejects with the PosternError that the other side threw. `moved` are buffers to give away, not copied. */
  call<Name extends keyof M & string>(
    name: Name,
    params: M[Name]['params'],
    moved?: ArrayBuffer[],
  ): Promise<M[Name]['result']>
}

type Packet =
  | { kind: 'call'; id: number; name: string; params: unknown }
  | { kind: 'done'; id: number; result: unknown }
  | { kind: 'failed'; id: number; code: ErrorCode; message: string; retryAfter: number | undefined }

/** A `Worker`, or the worker's own global scope. */
export type Port = {
  postMessage(packet: unknown, moved: ArrayBuffer[]): void
  addEventListener(type: 'message', hear: (event: MessageEvent) => void): void
}

/**
 * Joins both sides: answers the other's calls with `handlers`, and gives back a way to call it.
 * @param moved the buffers of an answer that are given away; the rest is copied
 */
export function connect<Theirs extends Methods, Ours extends Methods>(
  port: Port,
  handlers: Handlers<Ours>,
  moved: (result: unknown) => ArrayBuffer[] = () => [],
): Peer<Theirs> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let last = 0
  port.addEventListener('message', (event: MessageEvent<Packet>) => {
    const packet = event.data
    if (packet.kind === 'call') {
      void answer(handlers, packet).then((reply) => {
        port.postMessage(reply, reply.kind === 'done' ? moved(reply.result) : [])
      })
      return
    }
    const pending = waiting.get(packet.id)
    waiting.delete(packet.id)
    if (packet.kind === 'done') pending?.resolve(packet.result)
    else pending?.reject(asError(packet))
  })
  return {
    call: (name, params, given = []) => {
      const pending = Promise.withResolvers<unknown>()
      waiting.set(++last, pending)
      port.postMessage({ kind: 'call', id: last, name, params } satisfies Packet, given)
      return pending.promise
    },
  }
}

async function answer<M extends Methods>(
  handlers: Handlers<M>,
  { id, name, params }: Packet & { kind: 'call' },
): Promise<Packet> {
  try {
    const handler = handlers[name]
    if (handler === undefined) throw new TypeError(`no method ${name}`)
    return { kind: 'done', id, result: await handler(params) }
  } catch (error) {
    if (error instanceof PosternError) {
      const { code, message, retryAfter } = error
      return { kind: 'failed', id, code, message, retryAfter }
    }
    reportError(error) // a mistake of ours: it names no mail and no key
    return { kind: 'failed', id, code: 'internal', message: FAULT, retryAfter: undefined }
  }
}

const FAULT = 'Something went wrong inside Postern.'

function asError({ code, message, retryAfter }: Packet & { kind: 'failed' }): PosternError {
  return new PosternError(code, message, retryAfter === undefined ? {} : { retryAfter })
}
