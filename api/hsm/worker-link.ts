import { type ChildProcess, fork } from 'node:child_process'
import type { PosternError } from '#shared/errors.ts'
import type {
  Answer,
  Call,
  FromWorker,
  ProvisionMessage,
  StartMessage,
  ToWorker,
} from './messages.ts'
import { refusal } from './refusal.ts'

/** Variables that the module reads when it is loaded, such as SOFTHSM2_CONF. */
export type ModuleEnvironment = Readonly<Record<string, string>>

const WORKER = new URL('./worker.ts', import.meta.url)

/** How a worker ended. */
export type WorkerEnd = { readonly code: number | null; readonly signal: string | null }

type Pending = { resolve(answer: Answer): void; reject(error: PosternError): void }

/** What a worker says besides its answers. */
export type Notice = Extract<FromWorker, { kind: 'probed' | 'key-changed' | 'inventory' }>

/** One worker process, from its fork to its end, as its parent sees it. */
export class WorkerLink {
  readonly #child: ChildProcess
  readonly #pending = new Map<number, Pending>()
  readonly #start = Promise.withResolvers<undefined>()
  #lastId = 0
  #over = false
  /** Resolves when the process has ended, in whatever way. */
  readonly ended: Promise<WorkerEnd>

  /**
   * Forks a worker with an empty environment but for what the module reads when it is loaded. Standard
   * streams lead nowhere: a crash report could hold what was in memory.
   */
  constructor(environment: ModuleEnvironment, onNotice: (notice: Notice) => void) {
    this.#child = fork(WORKER, [], {
      env: { ...environment },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.#child.on('message', (message: FromWorker) => this.#receive(message, onNotice))
    this.ended = new Promise((resolve) => {
      this.#child.once('error', () => resolve(this.#gone({ code: null, signal: null })))
      this.#child.once('exit', (code, signal) => resolve(this.#gone({ code, signal })))
    })
    this.#start.promise.catch(() => undefined) // a worker that nobody started may end unheard
  }

  get pid(): number | null {
    return this.#child.pid ?? null
  }

  get isOver(): boolean {
    return this.#over
  }

  /**
   * Gives the first order and waits until it is done; a worker that does not come to it in time is killed.
   * @param deadline milliseconds
   * @throws PosternError with the worker's code, or `hsm/unavailable` when it ended first
   */
  async begin(order: StartMessage | ProvisionMessage, deadline: number): Promise<void> {
    this.#send(order)
    await this.#within(deadline, this.#start.promise)
  }

  /**
   * Has one operation done; a worker that does not answer in time is killed.
   * @param deadline milliseconds
   * @throws PosternError with the worker's code; `hsm/unavailable` when it ended first, so that
   * another may be asked
   */
  async call(call: Call, deadline: number): Promise<Answer> {
    if (this.#over) throw refusal('hsm/unavailable')
    const id = ++this.#lastId
    const pending = Promise.withResolvers<Answer>()
    this.#pending.set(id, pending)
    this.#send({ kind: 'call', id, call })
    return this.#within(deadline, pending.promise)
  }

  /** Lets the worker end what it is doing; kills it when that takes longer than `grace` milliseconds. */
  async stop(grace: number): Promise<void> {
    this.#send({ kind: 'stop' })
    await this.#within(grace, this.ended)
  }

  kill(): void {
    this.#child.kill('SIGKILL') // a process that is inside the module, or stopped, hears nothing else
  }

  async #within<T>(deadline: number, work: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.kill(), deadline)
    try {
      return await work
    } finally {
      clearTimeout(timer)
    }
  }

  /** A message that cannot be sent means that the channel is closed: the end follows, and tells all who wait. */
  #send(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message, () => undefined)
  }

  #receive(message: FromWorker, onNotice: (notice: Notice) => void): void {
    switch (message.kind) {
      case 'ready':
        this.#start.resolve(undefined)
        break
      case 'failed':
        this.#start.reject(refusal(message.code))
        break
      case 'answer':
        this.#settle(message.id, (pending) => pending.resolve(message.answer))
        break
      case 'refused':
        this.#settle(message.id, (pending) => pending.reject(refusal(message.code)))
        break
      case 'probed':
      case 'inventory':
      case 'key-changed':
        onNotice(message)
    }
  }

  #settle(id: number, how: (pending: Pending) => void): void {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    if (pending !== undefined) how(pending)
  }

  #gone(end: WorkerEnd): WorkerEnd {
    this.#over = true
    const error = refusal('hsm/unavailable')
    this.#start.reject(error)
    for (const pending of this.#pending.values()) pending.reject(error)
    this.#pending.clear()
    return end
  }
}
