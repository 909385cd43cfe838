import type { Clock } from '#api/clock.ts'

/** A clock that goes only when it is told to. */
export class TestClock {
  #now: number

  constructor(start = '2025-03-01T09:00:00.000Z') {
    this.#now = Date.parse(start)
  }

  readonly read: Clock = () => new Date(this.#now)

  pass(seconds: number): void {
    this.#now += seconds * 1000
  }
}
