import type { AuditCheckpointRow, AuditEntryRow, AuditKeyRow } from '../../storage/audit-rows.ts'

/** What a line of an export tells, with every member: whoever has the lines can compute the hashes again. */
export type AuditRecord =
  | ({ readonly type: 'key' } & AuditKeyRow)
  | ({ readonly type: 'checkpoint' } & AuditCheckpointRow)
  | ({ readonly type: 'entry' } & AuditEntryRow)

export const EXPORT_FORMATS = ['jsonl', 'syslog'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

const FACILITY = 13 // "log audit", RFC 5424 §6.2.1
const SEVERITY = { done: 6, refused: 4, failed: 3 } as const // informational, warning, error

/** The record as a line, with its end. */
export function exportLine(record: AuditRecord, format: ExportFormat): string {
  const json = `${JSON.stringify(record)}\n`
  return format === 'jsonl' ? json : `${syslogHeader(record)} ${json}`
}

/** The JSON of a line in either format. */
export function jsonOfLine(line: string): string {
  return line.slice(Math.max(0, line.indexOf('{'))) // no header of ours has a brace
}

/**
 * RFC 5424 §6: the process is the entry's writer, the kind of message its action. Structured data are those that RFC
 * 5424 §7 defines, for names of our own take a number that we do not have: `sequenceId` counts a writer's entries (or
 * the checkpoints) from 1, so that a gap is seen by whoever collects them. The message is the record as JSON.
 */
function syslogHeader(record: AuditRecord): string {
  const header = (severity: number, at: string, process: string, kind: string) =>
    `<${FACILITY * 8 + severity}>1 ${at} - postern ${process} ${kind}`
  switch (record.type) {
    case 'entry': {
      const { outcome, at, writer, action, sequence } = record
      return `${header(SEVERITY[outcome ?? 'done'], at, writer, action)} ${structuredData(sequence)}`
    }
    case 'checkpoint':
      return `${header(6, record.at, '-', 'checkpoint')} ${structuredData(record.number)}`
    case 'key':
      return `${header(6, record.createdAt, '-', 'audit-key')} ${ORIGIN}`
  }
}

const ORIGIN = '[origin software="postern"]'
const MOST_IN_SEQUENCE = 2_147_483_647 // §7.3.1

function structuredData(number: number): string {
  return `[meta sequenceId="${(number % MOST_IN_SEQUENCE) + 1}"]${ORIGIN}`
}
