/** A bound on work of which a message decides how much there is. Whoever does a unit of it asks before. */
export class Budget {
  #left: number

  constructor(units: number) {
    this.#left = units
  }

  /** Takes so many units, or tells by `false` that they are not left. */
  spend(units = 1): boolean {
    if (this.#left < units) return false
    this.#left -= units
    return true
  }
}
