import { setTimeout as sleep } from 'node:timers/promises'
import { type ErrorCode, isPosternError, type PosternError } from '#shared/errors.ts'
import type { HsmLog } from './log.ts'
import type { Answer, Call, StartMessage } from './messages.ts'
import type { Capabilities, HsmStatus, Inventory } from './port.ts'
import { refusal } from './refusal.ts'
import { type ModuleEnvironment, type Notice, WorkerLink } from './worker-link.ts'

/** All times in milliseconds. */
export type WatchTimes = {
  /** For a worker to load the module and log in. */
  readonly start: number
  /** How long an operation waits for a worker that is on its way. */
  readonly patience: number
  /** A worker that lived as long starts the back-off anew. */
  readonly settled: number
  readonly firstDelay: number
  readonly longestDelay: number
  /** For a worker to end what it is doing when we close. */
  readonly grace: number
}

export const USUAL_WATCH_TIMES: WatchTimes = {
  start: 10_000,
  patience: 1_800,
  settled: 10_000,
  firstDelay: 100,
  longestDelay: 2_500, // a token that is back serves within 5 seconds
  grace: 5_000,
}

/** Another PIN or module will not appear by itself, and each try with a wrong PIN brings the token nearer to its lock. */
const FINAL: readonly ErrorCode[] = ['token/wrong-pin', 'token/module-missing']

const UNTIL_SOMEBODY_CAME = 60 // seconds; what is final needs an operator and a new start

type State =
  | { readonly kind: 'ready'; readonly link: WorkerLink }
  | { readonly kind: 'restarting' }
  | { readonly kind: 'down'; readonly nextTry: number }
  | { readonly kind: 'stopped' }

/** Keeps one worker alive: replaces it when it ends, with back-off, and stops for good on a wrong PIN. */
export class WorkerWatch {
  readonly #order: StartMessage
  readonly #environment: ModuleEnvironment
  readonly #times: WatchTimes
  readonly #log: HsmLog
  readonly #onWrongPin: () => void
  readonly #closing = new AbortController()
  #state: State = { kind: 'restarting' }
  #change = Promise.withResolvers<undefined>()
  #link: WorkerLink | null = null
  #starts = 0
  #capabilities: Capabilities | null = null
  #inventory: Inventory | null = null
  #changedKeys: string[] = []
  #lastFailure: ErrorCode | null = null
  #life: Promise<void> = Promise.resolve()

  constructor(of: {
    readonly order: StartMessage
    readonly environment: ModuleEnvironment
    readonly times: WatchTimes
    readonly log: HsmLog
    readonly onWrongPin: () => void
  }) {
    this.#order = of.order
    this.#environment = of.environment
    this.#times = of.times
    this.#log = of.log
    this.#onWrongPin = of.onWrongPin
  }

  /**
   * Starts the first worker, and the watch over it.
   * @throws PosternError why it did not come up; nothing is left behind
   */
  async start(): Promise<void> {
    const link = await this.#launch()
    this.#life = this.#watch(link)
  }

  /**
   * Starts the first worker, and goes on trying where it does not come up, unless that is final.
   * @returns why it did not come up, or null
   */
  async startOrGoOnTrying(): Promise<PosternError | null> {
    try {
      await this.start()
      return null
    } catch (error) {
      const code = this.#failed(error, 0)
      if (!FINAL.includes(code)) {
        this.#life = this.#replace(1).then((link) => this.#watch(link))
      }
      return isPosternError(error) ? error : refusal(code)
    }
  }

  get isReady(): boolean {
    return this.#state.kind === 'ready' && !this.#state.link.isOver
  }

  /** What its token was seen to hold when the last worker started; null before, and where nobody asked. */
  get inventory(): Inventory | null {
    return this.#inventory
  }

  /** Notes a key that was made since. */
  learn(id: string, half: string): void {
    if (this.#inventory === null) return
    this.#inventory = { ...this.#inventory, keys: [...this.#inventory.keys, [id, half]] }
  }

  /**
   * Has an operation done by the worker of the moment, and by no other.
   * @throws PosternError `hsm/unavailable` when there is none, or it ended without an answer
   */
  async performOnce(call: Call, deadline: number): Promise<Answer> {
    if (this.#state.kind !== 'ready') throw this.#unavailable()
    return this.#state.link.call(call, deadline)
  }

  /**
   * Has an operation done by the worker of the moment, and once more by the next when that one ends
   * without an answer.
   * @param deadline milliseconds for each of the two
   */
  async perform(call: Call, deadline: number): Promise<Answer> {
    const first = await this.#worker()
    try {
      return await first.call(call, deadline)
    } catch (error) {
      if (!isPosternError(error, 'hsm/unavailable')) throw error
      this.#log.warn('hsm.operation-repeated', { operation: call.name })
    }
    const second = await this.#worker()
    try {
      return await second.call(call, deadline)
    } catch (error) {
      throw isPosternError(error, 'hsm/unavailable') ? this.#unavailable() : error
    }
  }

  status(): HsmStatus {
    return {
      state: this.#state.kind,
      pid: this.#link?.pid ?? null,
      restarts: Math.max(0, this.#starts - 1),
      tokenLabel: this.#order.tokenLabel,
      capabilities: this.#capabilities,
      changedKeys: this.#changedKeys,
      lastFailure: this.#lastFailure,
    }
  }

  /** Ends the worker and the watch. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#link?.stop(this.#times.grace)
    await this.#life
    this.#enter({ kind: 'stopped' })
  }

  async #launch(): Promise<WorkerLink> {
    this.#starts++
    this.#changedKeys = []
    const link = new WorkerLink(this.#environment, (notice) => this.#note(notice))
    this.#link = link
    try {
      await link.begin(this.#order, this.#times.start)
    } catch (error) {
      link.kill()
      await link.ended
      this.#link = null
      throw error
    }
    this.#log.info('hsm.worker-ready', { pid: link.pid, restarts: this.#starts - 1 })
    this.#enter({ kind: 'ready', link })
    return link
  }

  /** Follows workers from one to the next until we close, or a failure is final. */
  async #watch(first: WorkerLink | null): Promise<void> {
    let link = first
    let failures = 0
    while (link !== null) {
      const since = performance.now()
      const end = await link.ended
      this.#link = null
      if (this.#closing.signal.aborted) return
      this.#lastFailure = 'hsm/unavailable'
      this.#log.warn('hsm.worker-ended', { exit: end.code, signal: end.signal })
      failures = performance.now() - since > this.#times.settled ? 0 : failures + 1
      this.#enter({ kind: 'restarting' })
      link = await this.#replace(failures)
    }
  }

  /** The next worker that comes up, or null when there will be none. */
  async #replace(failuresBefore: number): Promise<WorkerLink | null> {
    for (let failures = failuresBefore; ; failures++) {
      try {
        await sleep(this.#delay(failures), undefined, { signal: this.#closing.signal })
        return await this.#launch()
      } catch (error) {
        if (this.#closing.signal.aborted) return null
        if (FINAL.includes(this.#failed(error, failures))) return null
      }
    }
  }

  /** Takes note of a worker that did not come up. */
  #failed(error: unknown, failures: number): ErrorCode {
    const code = isPosternError(error) ? error.code : 'internal'
    this.#lastFailure = code
    this.#log.warn('hsm.worker-failed', { code })
    if (code === 'token/wrong-pin') this.#onWrongPin()
    this.#enter(
      FINAL.includes(code)
        ? { kind: 'stopped' }
        : { kind: 'down', nextTry: performance.now() + this.#delay(failures + 1) },
    )
    return code
  }

  #delay(failures: number): number {
    if (failures === 0) return 0
    return Math.min(this.#times.longestDelay, this.#times.firstDelay * 2 ** (failures - 1))
  }

  /** The worker of the moment, waiting a little for one that is on its way. */
  async #worker(): Promise<WorkerLink> {
    const until = performance.now() + this.#times.patience
    for (;;) {
      const state = this.#state
      if (state.kind === 'ready' && !state.link.isOver) return state.link
      const left = until - performance.now()
      if (state.kind === 'down' || state.kind === 'stopped' || left <= 0) throw this.#unavailable()
      await Promise.race([this.#change.promise, sleep(left, undefined, { ref: false })])
    }
  }

  #unavailable(): PosternError {
    if (this.#state.kind === 'stopped') return refusal('hsm/unavailable', UNTIL_SOMEBODY_CAME)
    const wait = this.#state.kind === 'down' ? this.#state.nextTry - performance.now() : 0
    return refusal('hsm/unavailable', Math.max(1, Math.ceil(wait / 1000)))
  }

  #enter(state: State): void {
    this.#state = state
    this.#change.resolve(undefined)
    this.#change = Promise.withResolvers()
  }

  #note(notice: Notice): void {
    switch (notice.kind) {
      case 'probed':
        this.#capabilities = notice.capabilities
        this.#log.info('hsm.probed', { ...notice.capabilities })
        break
      case 'inventory':
        this.#inventory = notice.inventory
        break
      case 'key-changed':
        this.#changedKeys.push(notice.id)
        this.#log.warn('hsm.key-changed', {
          key: notice.id,
          attributes: notice.attributes.map((type) => `0x${type.toString(16)}`).join(' '),
        })
    }
  }
}
