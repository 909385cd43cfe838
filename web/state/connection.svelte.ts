import { isServerReady } from '../client/ready.ts'

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 15_000

/** Whether the server answers. When it does not, this asks again by itself, at growing intervals. */
class Connection {
  online = $state(true)
  #back: PromiseWithResolvers<undefined> | null = null
  #wake: () => void = () => undefined

  /** A call did not reach the server. */
  lost(): void {
    if (this.#back !== null) return
    this.online = false
    this.#back = Promise.withResolvers<undefined>()
    void this.#lookForServer()
  }

  /** A call reached it. */
  reached(): void {
    this.online = true
    this.#back?.resolve(undefined)
    this.#back = null
    this.#wake()
  }

  /** Resolves when the server answers again, at once when it does. */
  async whenBack(): Promise<void> {
    await this.#back?.promise
  }

  /** Asks at once instead of waiting for the next turn. */
  askNow(): void {
    this.#wake()
  }

  async #lookForServer(): Promise<void> {
    for (
      let wait = FIRST_WAIT_MS;
      this.#back !== null;
      wait = Math.min(wait * 2, LONGEST_WAIT_MS)
    ) {
      await this.#pause(wait)
      if (await isServerReady()) this.reached()
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

export const connection = new Connection()
