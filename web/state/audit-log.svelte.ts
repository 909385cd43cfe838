import type { AuditPage } from '#shared/contract/admin/audit.ts'
import { type AuditQuery, fetchAudit } from '../client/admin.ts'
import { type AuditAct, actsOf } from './audit-acts.ts'
import { persist } from './persist.ts'

/** The company's audit as far as it was asked for, newest first. */
export class AuditLog {
  acts = $state<readonly AuditAct[]>([])
  readonly #query: AuditQuery
  #entries: AuditPage['entries'] = []
  #next = $state<string | null>()

  constructor(query: AuditQuery) {
    this.#query = query
  }

  get hasOlder(): boolean {
    return typeof this.#next === 'string'
  }

  /** Reads the next page, the newest entries first. Throws PosternError as `persist` does. */
  async readMore(signal: AbortSignal): Promise<void> {
    const before = this.#next ?? undefined
    const query = before === undefined ? this.#query : { ...this.#query, before }
    const page = await persist(() => fetchAudit(query, signal), { signal })
    this.#entries = [...this.#entries, ...page.entries]
    this.#next = page.next
    this.acts = actsOf(this.#entries)
  }
}
