import type { Bytes } from '#shared/bytes.ts'
import { Gate } from '../gate.ts'
import type { HsmLog } from './log.ts'
import type { Call, OperationName, Operations } from './messages.ts'
import type { Hsm } from './port.ts'
import { refusal } from './refusal.ts'
import { TokenSpread } from './token-spread.ts'
import type { ModuleEnvironment } from './worker-link.ts'
import { USUAL_WATCH_TIMES, type WatchTimes, WorkerWatch } from './worker-watch.ts'

/** All times in milliseconds. */
export type HsmTimes = WatchTimes & {
  /** For one operation at one worker; a worker that takes longer is replaced. */
  readonly operation: number
  /** How long an operation waits for its turn. */
  readonly queue: number
  /** For making a key pair: RSA-4096 takes seconds on a small machine. */
  readonly generation: number
}

const USUAL_TIMES: HsmTimes = {
  ...USUAL_WATCH_TIMES,
  operation: 5_000,
  queue: 5_000,
  generation: 60_000,
}

// Four sessions of the worker are kept busy by as many operations and some on their way to and from it;
// the queue holds what a burst of a few seconds brings.
export const RUNNING = 16
const WAITING = 512

/**
 * Starts the worker process on a provisioned token and keeps one running.
 * @param of.onWrongPin told when a worker after the first meets a PIN that has become wrong
 * @throws PosternError `token/module-missing`, `token/wrong-pin` (after one try), `token/broken`,
 * `hsm/unavailable`; nothing is left running then
 */
export async function startHsm(of: {
  readonly modulePath: string
  readonly environment: ModuleEnvironment
  readonly tokenLabel: string
  readonly pin: string
  readonly log: HsmLog
  readonly times?: Partial<HsmTimes>
  readonly onWrongPin: () => void
}): Promise<Hsm> {
  const { modulePath, environment, tokenLabel, pin, log, onWrongPin } = of
  const times = { ...USUAL_TIMES, ...of.times }
  const order = { kind: 'start', modulePath, tokenLabel, pin } as const
  const watch = new WorkerWatch({ order, environment, times, log, onWrongPin })
  await watch.start()
  return new SupervisedHsm(watch, times)
}

/** A token, and the way to it. */
export type TokenToStart = {
  readonly modulePath: string
  readonly environment: ModuleEnvironment
  readonly tokenLabel: string
  readonly pin: string
  /** Told when a PIN is refused. */
  readonly onWrongPin: () => void
}

/**
 * Starts a worker process on each of several tokens that hold the same keys. Those that are away are tried again.
 * @param of.tokens the first is where keys are made
 * @throws PosternError as `startHsm`, when none of them comes up
 */
export async function startSpreadHsm(of: {
  readonly tokens: readonly TokenToStart[]
  readonly log: HsmLog
  readonly times?: Partial<HsmTimes>
}): Promise<Hsm> {
  const times = { ...USUAL_TIMES, ...of.times }
  const watches = of.tokens.map(({ modulePath, environment, tokenLabel, pin, onWrongPin }) => {
    const order = { kind: 'start', modulePath, tokenLabel, pin, inventory: true } as const
    return new WorkerWatch({ order, environment, times, log: of.log, onWrongPin })
  })
  const spread = new TokenSpread(watches, of.log)
  await spread.start()
  return new SupervisedHsm(spread, times)
}

class SupervisedHsm implements Hsm {
  readonly #watch: Workers
  readonly #times: HsmTimes
  readonly #gate: Gate
  #closing = false

  constructor(watch: Workers, times: HsmTimes) {
    this.#watch = watch
    this.#times = times
    const refuse = () => refusal('hsm/unavailable', 1)
    this.#gate = new Gate({ running: RUNNING, waiting: WAITING, patience: times.queue, refuse })
  }

  async unwrap(request: Operations['unwrap']['ask']): Promise<{ enc: Bytes; sealed: Bytes }> {
    const { enc, sealed } = await this.#perform('unwrap', request)
    return { enc: own(enc), sealed: own(sealed) }
  }

  async sign(request: Operations['sign']['ask']): Promise<Bytes> {
    return own(await this.#perform('sign', request))
  }

  async generateKey(request: Operations['generateKey']['ask']): Promise<{ spki: Bytes }> {
    return { spki: own((await this.#perform('generateKey', request)).spki) }
  }

  async publicKey(request: Operations['publicKey']['ask']): Promise<{ spki: Bytes }> {
    return { spki: own((await this.#perform('publicKey', request)).spki) }
  }

  async importKey(): Promise<{ spki: Bytes }> {
    return { spki: own((await this.#perform('importKey', null)).spki) }
  }

  async importPrivateKey(request: Operations['importPrivateKey']['ask']): Promise<void> {
    await this.#perform('importPrivateKey', request)
  }

  async protect(secret: Bytes, context: Bytes): Promise<Bytes> {
    return own(await this.#perform('protect', { secret, context }))
  }

  async reveal(sealed: Bytes, context: Bytes): Promise<Bytes> {
    return own(await this.#perform('reveal', { sealed, context }))
  }

  async keyedHash(data: Bytes): Promise<Bytes> {
    return own(await this.#perform('keyedHash', { data }))
  }

  async signCheckpoint(checkpoint: Operations['signCheckpoint']['ask']['checkpoint']) {
    const { spki, signature } = await this.#perform('signCheckpoint', { checkpoint })
    return { spki: own(spki), signature: own(signature) }
  }

  status() {
    return this.#watch.status()
  }

  async close(): Promise<void> {
    this.#closing = true
    await this.#gate.idle()
    await this.#watch.close()
  }

  async #perform<Name extends OperationName>(
    name: Name,
    ask: Operations[Name]['ask'],
  ): Promise<Operations[Name]['answer']> {
    if (this.#closing) throw refusal('hsm/unavailable', 1)
    const makesKeys = name === 'generateKey' || name === 'importKey'
    const deadline = makesKeys ? this.#times.generation : this.#times.operation
    // The worker answers an operation by its own kind of answer (operations.ts).
    const call = { name, ask } as Call
    return this.#gate.run(() => this.#watch.perform(call, deadline))
  }
}

/** One watch, or several. */
type Workers = Pick<WorkerWatch, 'perform' | 'status' | 'close'>

/** A copy out of the memory of the message it came in. */
function own(bytes: Bytes): Bytes {
  return new Uint8Array(bytes)
}
