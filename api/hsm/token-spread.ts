import { isPosternError, PosternError } from '#shared/errors.ts'
import { compareTokens, type Compared } from './compare-tokens.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { HsmLog } from './log.ts'
import type { Answer, Call } from './messages.ts'
import type { HsmStatus, TokenStatus } from './port.ts'
import { refusal } from './refusal.ts'
import type { WorkerWatch } from './worker-watch.ts'

/** Operations that make something in a token: always in the first that is up, to be copied by its own tools. */
const MAKING: readonly Call['name'][] = ['generateKey', 'importKey', 'importPrivateKey']

/**
 * Several tokens that hold the same keys: operations go to those that are up and have the key, the least busy first,
 * and to the next when one ends without an answer. A token with other system keys is not used at all: it would answer
 * refused entries in another way, and read nothing that was sealed by the first.
 */
export class TokenSpread {
  readonly #watches: readonly WorkerWatch[]
  readonly #log: HsmLog
  readonly #running = new Map<WorkerWatch, number>()

  constructor(watches: readonly WorkerWatch[], log: HsmLog) {
    this.#watches = watches
    this.#log = log
  }

  /**
   * Starts them one after another, for SoftHSM can refuse a right PIN when several log in at once. Those that do not
   * come up are tried again.
   * @throws PosternError of the first, when none comes up; nothing is left behind
   */
  async start(): Promise<void> {
    const failures: unknown[] = []
    for (const watch of this.#watches) {
      const failure = await watch.startOrGoOnTrying()
      if (failure !== null) failures.push(failure)
    }
    if (failures.length < this.#watches.length) return
    await this.close()
    throw failures[0] instanceof Error ? failures[0] : refusal('hsm/unavailable')
  }

  async perform(call: Call, deadline: number): Promise<Answer> {
    const compared = this.#compare()
    const able = compared
      .filter((one) => one.isSame && mayHave(one, call))
      .map(({ watch }) => watch)
    const tried = new Set<WorkerWatch>()
    let refused = keyIsNowhere()
    for (let watch = this.#next(able, tried, call); watch !== undefined;) {
      tried.add(watch)
      try {
        return await this.#use(watch, call, deadline)
      } catch (error) {
        if (!mayTryElsewhere(error, watch, call)) throw error
        refused = error
        this.#log.warn('hsm.operation-repeated', { operation: call.name, code: error.code })
      }
      watch = this.#next(able, tried, call)
    }
    const [first] = able
    if (first === undefined || refused.code !== 'hsm/unavailable') throw refused
    return first.perform(call, deadline) // nobody is up: who comes first may be this one
  }

  status(): HsmStatus {
    const tokens = this.#compare().map(statusOf)
    const statuses = this.#watches.map((watch) => watch.status())
    const best = statuses.find(({ state }) => state === 'ready') ?? statuses[0]
    if (best === undefined) throw new TypeError('no tokens')
    const changedKeys = [...new Set(statuses.flatMap((one) => one.changedKeys))]
    const restarts = statuses.reduce((sum, one) => sum + one.restarts, 0)
    return { ...best, changedKeys, restarts, tokens }
  }

  async close(): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.close()))
  }

  #compare(): Compared[] {
    return compareTokens(this.#watches)
  }

  #next(
    able: readonly WorkerWatch[],
    tried: ReadonlySet<WorkerWatch>,
    { name }: Call,
  ): WorkerWatch | undefined {
    const ready = able.filter((watch) => watch.isReady && !tried.has(watch))
    if (MAKING.includes(name) || name === 'signCheckpoint') return ready[0]
    const load = (watch: WorkerWatch) => this.#running.get(watch) ?? 0
    return ready.toSorted((a, b) => load(a) - load(b))[0]
  }

  async #use(watch: WorkerWatch, call: Call, deadline: number): Promise<Answer> {
    this.#running.set(watch, (this.#running.get(watch) ?? 0) + 1)
    try {
      const answer = await watch.performOnce(call, deadline)
      learn(watch, call, answer)
      return answer
    } finally {
      this.#running.set(watch, (this.#running.get(watch) ?? 1) - 1)
    }
  }
}

function learn(watch: WorkerWatch, call: Call, answer: Answer): void {
  if (call.name === 'importPrivateKey') watch.learn(call.ask.key.id, fingerprintOf(call.ask.spki))
  if (call.name === 'generateKey' && answer !== null && 'spki' in answer) {
    watch.learn(call.ask.key.id, fingerprintOf(answer.spki))
  }
}

/** A key that another process made since is in one of the tokens, and missed in the others. */
function mayTryElsewhere(error: unknown, watch: WorkerWatch, call: Call): error is PosternError {
  if (isPosternError(error, 'hsm/unavailable')) return true
  const id = keyIdOf(call)
  const isKnown = watch.inventory?.keys.some(([known]) => known === id) ?? false
  return id !== null && !isKnown && isPosternError(error, 'token/broken')
}

function keyIdOf({ name, ask }: Call): string | null {
  return MAKING.includes(name) || ask === null || !('key' in ask) ? null : ask.key.id
}

function mayHave({ lacks }: Compared, call: Call): boolean {
  const id = keyIdOf(call)
  return id === null || !lacks(id)
}

function keyIsNowhere(): PosternError {
  return new PosternError('hsm/unavailable', 'No token that can be used has this key', {
    retryAfter: 60,
  })
}

function statusOf({ watch, isSame, missing, different }: Compared): TokenStatus {
  const { tokenLabel, state, restarts, lastFailure } = watch.status()
  return { tokenLabel, state, restarts, lastFailure, sameSystemKeys: isSame, missing, different }
}
