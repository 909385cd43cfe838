import { PosternError } from '#shared/errors.ts'
import { EXPORT_FORMATS, exportAudit } from '../../keys/audit/export.ts'
import type { AuditVerdict } from '../../keys/audit/verdict.ts'
import { verifyAudit } from '../../keys/audit/verify.ts'
import { command, type Topic } from '../command.ts'

const verify = command({
  name: 'verify',
  does: "recompute the audit's chains; exit 1 names the first bad entry",
  examples: ['postern audit verify'],
  async run(context) {
    const verdict = await verifyAudit((await context.records()).db)
    return { data: verdict, text: textOf(verdict), bad: verdict.kind !== 'intact' }
  },
})

function textOf(verdict: AuditVerdict): string {
  switch (verdict.kind) {
    case 'intact': {
      const { entries, writers, unknownOutcomes } = verdict
      const by = `${writers} ${writers === 1 ? 'writer' : 'writers'}`
      const unknown =
        unknownOutcomes === 0 ? '' : ` Operations whose outcome is unknown: ${unknownOutcomes}.`
      return `The audit is intact: ${entries} entries by ${by}.${unknown}\n`
    }
    case 'broken': {
      const { sequence, writer, flaw } = verdict
      return `The audit is broken: the first bad entry is number ${sequence} of writer ${writer} (${flaw}).\n`
    }
    case 'bad-checkpoint':
      return `The audit is broken: checkpoint ${verdict.checkpoint} is bad (${verdict.flaw}).\n`
  }
}

const exportEntries = command({
  name: 'export',
  does: 'write the entries to standard output, the oldest first',
  notes: 'As JSON, one entry a line, or as RFC 5424 syslog messages that carry the same JSON.',
  options: {
    format: { does: 'what a line is', choices: EXPORT_FORMATS, required: true },
    since: { does: 'leave out what is older', value: 'TIME' },
  },
  examples: [
    'postern audit export --format jsonl',
    'postern audit export --format syslog --since 2025-03-01T00:00:00Z',
  ],
  async run(context, { format, since }) {
    const from = since === undefined ? undefined : instantOf(since)
    const { db } = await context.records()
    let entries = 0
    for await (const line of exportAudit(db, format, from)) {
      context.print(line)
      entries++
    }
    return { data: { entries }, text: '' }
  },
})

/** @throws PosternError `config/invalid` */
function instantOf(text: string): string {
  const time = new Date(text)
  if (!Number.isNaN(time.getTime())) return time.toISOString()
  throw new PosternError('config/invalid', `"${text}" is no time like 2025-03-01T00:00:00Z.`)
}

export const auditTopic: Topic = {
  name: 'audit',
  does: 'what was done, and by whom',
  commands: [verify, exportEntries],
}
