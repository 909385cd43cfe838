import type { Bytes } from '#shared/bytes.ts'
import { PosternError } from '#shared/errors.ts'
import { ownScript } from '../lib/trusted-types.ts'
import type { EngineMethods, PageMethods } from './protocol.ts'
import { connect, type Handlers, type Peer } from './rpc.ts'
import workerAddress from './worker.ts?worker&url'

/** A running worker, the way to call it, and a promise that rejects when it breaks or is stopped. */
type Running = {
  readonly thread: Worker
  readonly peer: Peer<EngineMethods>
  readonly ended: PromiseWithResolvers<never>
}

/** One task for the engine. `page` answers what the worker asks for while it works. */
export type Task<Name extends keyof EngineMethods> = {
  readonly name: Name
  readonly params: EngineMethods[Name]['params']
  /** Buffers of `params` that are given away, and not copied. */
  readonly moved?: ArrayBuffer[]
  readonly page: Handlers<PageMethods>
  readonly signal: AbortSignal
}

/**
 * The page's side of the web worker that parses, decrypts, verifies and seals. Cancelling kills the worker,
 * which is the only way to stop a parser; the next task starts a new one.
 */
export class Engine {
  #running: Running | null = null
  #page: Handlers<PageMethods> | null = null

  /** Runs one task at a time. Throws the PosternError that stopped it, `operation/cancelled` for `signal`. */
  async run<Name extends keyof EngineMethods>({
    name,
    params,
    moved,
    page,
    signal,
  }: Task<Name>): Promise<EngineMethods[Name]['result']> {
    const cancel = () => {
      this.stop()
    }
    signal.addEventListener('abort', cancel, { once: true })
    try {
      this.#page = page
      this.#running ??= this.#start()
      const { peer, ended } = this.#running
      if (signal.aborted) cancel()
      return await Promise.race([ended.promise, peer.call(name, params, moved)])
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }

  /**
   * The content of an attachment of the message that `open` was given this number for, while it is kept.
   * Throws `operation/cancelled` when it is not.
   */
  async part(message: number, index: number): Promise<Bytes> {
    if (this.#running === null) throw cancelled()
    const { peer, ended } = this.#running
    return Promise.race([ended.promise, peer.call('part', { message, index })])
  }

  /** Lets the opened message go, with the memory that it holds. */
  close(): void {
    void this.#running?.peer.call('close', null)
  }

  /** Kills the worker with all it holds, its session key too. */
  stop(): void {
    this.#running?.thread.terminate()
    this.#running?.ended.reject(cancelled())
    this.#running = null
  }

  #start(): Running {
    const thread = new Worker(ownScript(workerAddress), { type: 'module' })
    const ended = Promise.withResolvers<never>()
    ended.promise.catch(() => undefined) // heard by the task that is under way, if any
    thread.addEventListener('error', (cause) => {
      ended.reject(new PosternError('internal', 'The mail engine could not run.', { cause }))
      this.stop()
    })
    const asked = () => {
      if (this.#page === null) throw new TypeError('the worker asks without a task')
      return this.#page
    }
    const peer = connect<EngineMethods, PageMethods>(thread, {
      unwrap: (params) => asked().unwrap(params),
      sign: (params) => asked().sign(params),
    })
    return { thread, peer, ended }
  }
}

function cancelled(): PosternError {
  return new PosternError('operation/cancelled', 'Cancelled.')
}
