import type { Activity } from '#shared/contract/activity.ts'
import { fetchActivity } from '../client/keys.ts'
import { persist } from './persist.ts'

/** The user's own log as far as it was asked for, newest first. */
export class ActivityLog {
  entries = $state<readonly Activity[]>([])
  /** Where the next, older page begins; null when there is none, undefined before the first was read. */
  #next = $state<string | null>()

  /** Whether there are older entries than those shown. */
  get hasOlder(): boolean {
    return typeof this.#next === 'string'
  }

  /** Reads the next page, the newest entries first. Throws PosternError as `persist` does. */
  async readMore(signal: AbortSignal): Promise<void> {
    const page = await persist(() => fetchActivity(this.#next ?? null), { signal })
    this.entries = [...this.entries, ...page.activity]
    this.#next = page.next
  }
}
