/** A bound on work of which a message decides how much there is. Whoever does a unit of it asks before. */
export class Budget {
  #left: number

  constructor(units: number) {
    this.#left = units
  }

  /** Takes one unit, or tells by `false` that none is left. */
  spend(): boolean {
    if (this.#left === 0) return false
    this.#left--
    return true
  }
}
