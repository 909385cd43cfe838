import type { AuditPlace } from '../../storage/audit-entries.ts'
import { readAuditForward } from '../../storage/audit-search.ts'
import type { AuditEntryRow, Db } from '../../storage/schema.ts'

const PAGE = 1000 // entries in memory at once

const FACILITY = 13 // "log audit", RFC 5424 §6.2.1
const SEVERITY = { done: 6, refused: 4, failed: 3 } as const // informational, warning, error

export const EXPORT_FORMATS = ['jsonl', 'syslog'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/**
 * The audit as lines, the oldest entry first.
 * @param since ISO 8601 in UTC, included; undefined for all
 */
export async function* exportAudit(
  db: Db,
  format: ExportFormat,
  since: string | undefined,
): AsyncGenerator<string> {
  const line = { jsonl: jsonLine, syslog: syslogLine }[format]
  let last: AuditPlace | null = null
  for (;;) {
    const page: AuditEntryRow[] = await readAuditForward(db, { since }, last, PAGE)
    for (const entry of page) yield line(entry)
    last = page.at(-1) ?? null
    if (page.length < PAGE) return
  }
}

/** Every member of the entry: whoever has the lines can compute the hashes again. */
function jsonLine(entry: AuditEntryRow): string {
  return `${JSON.stringify(entry)}\n`
}

/**
 * RFC 5424 §6, without structured data, which takes a number that we do not have: the message is the entry as JSON.
 * The process is the entry's writer, and the kind of message is its action.
 */
function syslogLine(entry: AuditEntryRow): string {
  const priority = FACILITY * 8 + SEVERITY[entry.outcome ?? 'done']
  return `<${priority}>1 ${entry.at} - postern ${entry.writer} ${entry.action} - ${jsonLine(entry)}`
}
