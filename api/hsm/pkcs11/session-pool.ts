import type { Handle } from 'pkcs11js'

/**
 * Sessions for calls that run on other threads: one call a session at a time, as PKCS#11 wants it.
 * Who finds none free waits in turn.
 */
export class SessionPool {
  readonly #free: Handle[]
  readonly #waiting: ((session: Handle) => void)[] = []

  constructor(sessions: readonly Handle[]) {
    this.#free = [...sessions]
  }

  /** Lends a session to `work` until what it returned has settled. */
  async use<T>(work: (session: Handle) => Promise<T>): Promise<T> {
    const session = this.#free.pop() ?? (await this.#turn())
    try {
      return await work(session)
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free.push(session)
      else next(session)
    }
  }

  #turn(): Promise<Handle> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
