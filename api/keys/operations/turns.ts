import { PosternError } from '#shared/errors.ts'
import { Gate } from '../../gate.ts'

/** How many operations with users' keys there may be. */
export type TurnLimits = {
  /** Admitted, of all users and of one: what comes beyond is refused before anything is decided. */
  readonly admitted: number
  readonly admittedOfOne: number
  /** Under way, of one user, from the decision to the release: the others are not looked at yet. */
  readonly underWayOfOne: number
  /** At the token, of all users and of one. */
  readonly running: number
  readonly runningOfOne: number
  /** Milliseconds that an operation waits to get under way, and then for its turn at the token. */
  readonly patience: number
}

/**
 * The supervisor lets sixteen calls go to the worker, which works on four. Users' operations are at most twelve of
 * them: sign-in and administration, which take no turn here, find a free lane. Two are of one user, from the decision to
 * the release: one is at the token while the other is on its way. With three, and a hundred calls of somebody at once,
 * everybody else's slowest answers took more than twice their usual time (`npm run test:faults -- --only flood`).
 */
export const USUAL_TURNS: TurnLimits = {
  admitted: 1024,
  admittedOfOne: 128,
  underWayOfOne: 2,
  running: 12,
  runningOfOne: 2,
  patience: 5_000,
}

/** Goes to the token when it is the caller's turn. */
export type TakeTurn = <T>(act: () => Promise<T>) => Promise<T>

type Waiter = { enter(): void }
type Line = {
  admitted: number
  readonly door: Gate
  readonly waiting: Set<Waiter>
  running: number
}

const SOON = 1 // seconds; a queue of this size is gone by then, or somebody is flooding us

/**
 * Who goes to the token next: one operation of each user who waits, in a ring; a user's own in the order they came.
 * So nobody's wait grows with what another one asks for.
 */
export class Turns {
  readonly #limits: TurnLimits
  readonly #waited: (ms: number) => void
  readonly #lines = new Map<string, Line>()
  /** The lines in which somebody waits; the first has waited longest for a turn. */
  readonly #ring = new Set<Line>()
  #admitted = 0
  #running = 0

  /** @param waited told of each turn how many milliseconds it took to come */
  constructor(limits: TurnLimits, waited: (ms: number) => void = () => undefined) {
    this.#limits = limits
    this.#waited = waited
  }

  /** How many operations wait to get under way, or for the token. */
  get waiting(): number {
    let count = 0
    for (const { door, waiting } of this.#lines.values()) count += door.waiting + waiting.size
    return count
  }

  /**
   * Does a user's operation, which goes to the token by the turn that it is given.
   * @throws PosternError `service/busy` when too many are under way; from the turn, when it does not come in time
   */
  async admit<T>(user: string, operation: (turn: TakeTurn) => Promise<T>): Promise<T> {
    const line = this.#lines.get(user) ?? this.#newLine()
    const { admitted, admittedOfOne } = this.#limits
    if (line.admitted >= admittedOfOne) throw busy('You asked for very much at once.')
    if (this.#admitted >= admitted) throw busy('Too many people are asking just now.')
    this.#lines.set(user, line)
    line.admitted++
    this.#admitted++
    try {
      return await line.door.run(() => operation((act) => this.#turn(line, act)))
    } finally {
      line.admitted--
      this.#admitted--
      if (line.admitted === 0) this.#lines.delete(user)
    }
  }

  #newLine(): Line {
    const { underWayOfOne: running, admittedOfOne: waiting, patience } = this.#limits
    const door = new Gate({ running, waiting, patience, refuse: tooMuchToDo })
    return { admitted: 0, door, waiting: new Set(), running: 0 }
  }

  async #turn<T>(line: Line, act: () => Promise<T>): Promise<T> {
    const since = performance.now()
    await this.#wait(line)
    this.#waited(performance.now() - since)
    try {
      return await act()
    } finally {
      line.running--
      this.#running--
      this.#next()
    }
  }

  #wait(line: Line): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = {
        enter() {
          clearTimeout(timer)
          resolve()
        },
      }
      const timer = setTimeout(() => {
        line.waiting.delete(waiter)
        if (line.waiting.size === 0) this.#ring.delete(line)
        reject(tooMuchToDo())
      }, this.#limits.patience)
      line.waiting.add(waiter)
      this.#ring.add(line)
      this.#next()
    })
  }

  /** Gives free places to those whose turn it is. */
  #next(): void {
    for (const line of this.#ring) {
      if (this.#running >= this.#limits.running) return
      if (line.running >= this.#limits.runningOfOne) continue
      const [first] = line.waiting
      this.#ring.delete(line)
      if (first === undefined) continue
      line.waiting.delete(first)
      if (line.waiting.size > 0) this.#ring.add(line) // at its end: the loop comes to it again
      line.running++
      this.#running++
      first.enter()
    }
  }
}

function tooMuchToDo(): PosternError {
  return busy('The key store has more to do than it can.')
}

function busy(why: string): PosternError {
  return new PosternError('service/busy', `${why} Please try again.`, { retryAfter: SOON })
}
