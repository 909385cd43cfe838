import { type AuditVerdict, verifyAudit } from '../../keys/audit/verify.ts'
import { command, type Topic } from '../command.ts'

const verify = command({
  name: 'verify',
  does: "recompute the audit's chains; exit 1 names the first bad entry",
  examples: ['postern audit verify'],
  async run(context) {
    const verdict = await verifyAudit((await context.records()).db)
    return { data: verdict, text: textOf(verdict), bad: verdict.kind === 'broken' }
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
  }
}

export const auditTopic: Topic = {
  name: 'audit',
  does: 'what was done, and by whom',
  commands: [verify],
}
