import type { UseRow } from '../../storage/schema.ts'
import type { UseFound } from '../../storage/uses.ts'

/** How often a key, or a user, may be had operations with in any so many seconds. */
export type Quota = {
  /** The id of the key, or of the user. */
  readonly subject: string
  readonly seconds: number
  readonly uses: number
}

type Uses = { count: number; readonly at: Map<number, string> }

/**
 * When keys and users were used: the uses that their quotas turn on, and those noted since. Uses are numbered, so
 * one more fits into "60 in a minute" when the 60th last is a minute old.
 */
export class RecentUse {
  readonly #subjects = new Map<string, Uses>()
  readonly #noted: UseRow[] = []

  constructor(found: readonly UseFound[]) {
    for (const { subject, back, count, at } of found) {
      const uses = this.#of(subject)
      uses.count = count
      if (at !== null) uses.at.set(count - back, at)
    }
  }

  /** What is to be stored. */
  get noted(): readonly UseRow[] {
    return this.#noted
  }

  /** @returns seconds until one more use fits, 0 when it does now */
  wait({ subject, seconds, uses }: Quota, now: Date): number {
    if (uses < 1) return seconds
    const { count, at } = this.#of(subject)
    const decisive = at.get(count - uses + 1)
    if (decisive === undefined) return 0 // there were not as many, or it is forgotten for its age
    const left = Date.parse(decisive) - now.getTime() + seconds * 1000
    return left <= 0 ? 0 : Math.max(1, Math.ceil(left / 1000))
  }

  /** One more use; it counts for what is asked next. @returns its number */
  note(subject: string, at: string): number {
    const uses = this.#of(subject)
    uses.count++
    uses.at.set(uses.count, at)
    this.#noted.push({ subject, number: uses.count, at })
    return uses.count
  }

  #of(subject: string): Uses {
    const known = this.#subjects.get(subject)
    if (known !== undefined) return known
    const uses = { count: 0, at: new Map<number, string>() }
    this.#subjects.set(subject, uses)
    return uses
  }
}
