type Waiter = { enter(): void }

/**
 * How much of a scarce thing may be asked for at once: so many works run, so many wait, each for a bounded
 * time, and the rest is refused. A deadline of the work then measures the work and not the queue before it.
 */
export class Gate {
  readonly #limits: GateLimits
  readonly #waiting = new Set<Waiter>()
  #running = 0
  #idle: (() => void)[] = []

  constructor(limits: GateLimits) {
    this.#limits = limits
  }

  /** How many works wait. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** @throws what `refuse` makes, when the queue is full or the wait too long */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#limits.running) this.#running++
    else await this.#wait()
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  /** Resolves when nothing runs or waits. */
  async idle(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #wait(): Promise<void> {
    if (this.#waiting.size >= this.#limits.waiting) throw this.#limits.refuse()
    return new Promise((resolve, reject) => {
      const waiter = {
        enter() {
          clearTimeout(timer)
          resolve()
        },
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(waiter)
        reject(this.#limits.refuse())
      }, this.#limits.patience)
      this.#waiting.add(waiter)
    })
  }

  /** Hands its place to the first who waits. */
  #leave(): void {
    const [next] = this.#waiting
    if (next !== undefined) {
      this.#waiting.delete(next)
      next.enter()
      return
    }
    this.#running--
    if (this.#running === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }
}

/** `patience` in milliseconds. */
export type GateLimits = {
  readonly running: number
  readonly waiting: number
  readonly patience: number
  readonly refuse: () => Error
}
