import { readFileSync } from 'node:fs'
import { PosternError } from '#shared/errors.ts'
import { AuditExport } from '../../keys/audit/export.ts'
import { encodeCursor, parseCursor } from '../../keys/audit/export-cursor.ts'
import { EXPORT_FORMATS, exportLine, type ExportFormat } from '../../keys/audit/export-line.ts'
import { readPin } from '../../keys/audit/pin.ts'
import type { AuditVerdict } from '../../keys/audit/verdict.ts'
import { verifyAudit } from '../../keys/audit/verify.ts'
import { parseExportLine, verifyRecords } from '../../keys/audit/verify-records.ts'
import { command, type Topic } from '../command.ts'
import { readLines, writeLines } from '../lines.ts'
import { instantOf } from '../time.ts'

const verify = command({
  name: 'verify',
  does: "check what the token signed of the audit, and recompute the audit's chains",
  notes: `
Exit code 1 names the first bad entry or checkpoint. Whoever writes to the database can also replace the key that is
recorded there: name the right one with --key, as its fingerprint or as a file with the public key (PEM or DER), read
from the token itself. With --file the database is not looked at, only what was exported, oldest file first.`,
  options: {
    key: { does: 'the only key that may have signed', value: 'FILE|FINGERPRINT', many: true },
    file: { does: 'an exported audit, of either format', value: 'FILE', many: true },
    partial: { does: 'with --file: chains may begin before these files, and end after them' },
  },
  examples: [
    'postern audit verify',
    'postern audit verify --key audit-key.der',
    'postern audit verify --file monday.jsonl --file tuesday.jsonl --key audit-key.der',
  ],
  async run(context, { key, file, partial }) {
    const pins = key.length === 0 ? null : new Set(key.map(pinOf))
    const verdict =
      file.length === 0
        ? await verifyAudit((await context.records()).db, pins)
        : await verifyRecords(() => recordsOf(file), { pins, partial })
    return { data: verdict, text: auditText(verdict), bad: verdict.kind !== 'intact' }
  },
})

async function* recordsOf(files: readonly string[]) {
  for await (const line of readLines(files)) yield parseExportLine(line)
}

/** @throws PosternError `config/invalid` */
function pinOf(text: string): string {
  const pin = readPin(text, () => readFileSync(text))
  if (pin !== null) return pin
  throw new PosternError(
    'config/invalid',
    `"${text}" is neither a fingerprint of 64 hexadecimal digits nor a file with a P-256 public key.`,
  )
}

/** What is to be said of an audit. */
export function auditText(verdict: AuditVerdict): string {
  switch (verdict.kind) {
    case 'intact':
      return intactText(verdict)
    case 'broken': {
      const { sequence, writer, flaw, upTo } = verdict
      const which = upTo === undefined ? `number ${sequence}` : `one from ${sequence} to ${upTo}`
      return `The audit is broken: the first bad entry is ${which} of writer ${writer} (${flaw}).\n`
    }
    case 'bad-checkpoint': {
      const { checkpoint, flaw } = verdict
      return `The audit is broken: the first bad checkpoint is number ${checkpoint} (${flaw}).\n`
    }
  }
}

function intactText(verdict: Extract<AuditVerdict, { kind: 'intact' }>): string {
  const { entries, writers, unknownOutcomes, checkpoints, keys, lastAt, pinned } = verdict
  const by = `${writers} ${writers === 1 ? 'writer' : 'writers'}`
  const unknown =
    unknownOutcomes === 0 ? '' : ` Operations whose outcome is unknown: ${unknownOutcomes}.`
  const named = pinned
    ? 'which you named'
    : 'as recorded here; --key compares it with the right one'
  const signed =
    checkpoints === 0
      ? 'Nothing of it is signed by the token.'
      : `Checkpoints signed by the token: ${checkpoints}, the last at ${lastAt}.
Key: ${keys.join(', ')} (${named}).`
  return `The audit is intact: ${entries} entries by ${by}.${unknown}
${signed}
Entries after the last checkpoint, which only the chain covers: ${verdict.uncovered}.
`
}

const exportEntries = command({
  name: 'export',
  does: 'write the audit to standard output or a file: keys, checkpoints, and entries, the oldest first',
  notes: `
As JSON, one record a line, or as RFC 5424 syslog messages that carry the same JSON. \`postern audit verify --file\`
verifies either, on another machine too. For a collector that comes again and again, each export ends with a cursor (on
standard error, or in the answer of --json): the next one, --since that cursor, has all that is new, each record once,
and the keys again.`,
  options: {
    format: { does: 'what a line is', choices: EXPORT_FORMATS, required: true },
    from: { does: 'leave out what is older', value: 'TIME' },
    to: { does: 'leave out what is newer', value: 'TIME' },
    since: { does: 'leave out what an earlier export had', value: 'CURSOR' },
    out: { does: 'a new file, for its owner only; --json needs it', value: 'FILE' },
  },
  examples: [
    'postern audit export --format jsonl --out audit.jsonl',
    'postern audit export --format syslog --from 2025-03-01T00:00:00Z',
    'postern audit export --format jsonl --out new.jsonl --since WzEsIiIsLTFd --json',
  ],
  async run(context, { format, from, to, since, out }) {
    const range = {
      from: from === undefined ? undefined : instantOf(from),
      to: to === undefined ? undefined : instantOf(to),
      since: since === undefined ? undefined : parseCursor(since),
    }
    const { db } = await context.records()
    const audit = new AuditExport(db, context.clock, range)
    if (out === undefined) for await (const line of linesOf(audit, format)) context.print(line)
    else await writeLines(out, linesOf(audit, format))
    const { entries, checkpoints, cursor } = audit.end()
    const data = { entries, checkpoints, cursor: encodeCursor(cursor), file: out ?? null }
    context.complain(`cursor ${data.cursor}\n`)
    return { data, text: '' }
  },
})

async function* linesOf(audit: AuditExport, format: ExportFormat): AsyncGenerator<string> {
  for await (const record of audit.records()) yield exportLine(record, format)
}

export const auditTopic: Topic = {
  name: 'audit',
  does: 'what was done, and by whom',
  commands: [verify, exportEntries],
}
