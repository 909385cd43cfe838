import type { Change } from '#shared/contract/admin/changes.ts'
import { getChange } from '../keys/changes/describe.ts'
import type { ChangeRow, Db } from '../storage/schema.ts'
import type { Result } from './command.ts'

/** What exactly is to be done, in one line. */
export function changeWords({ content, user }: Pick<Change, 'content' | 'user'>): string {
  const whose = user ?? 'nobody'
  switch (content.kind) {
    case 'switch-key-on':
      return `switch key ${content.key} of ${whose} on`
    case 'give-roles':
      return `give ${whose} the roles: ${content.roles.join(', ')}`
    case 'loosen-settings':
      return `set ${content.section} of the company: ${JSON.stringify(content.change)}`
    case 'loosen-key-policy':
      return `set the policy of key ${content.key} of ${whose}: ${JSON.stringify(content.change)}`
  }
}

/** What a command answers that asked for something: it is done (`text`), or a change waits. */
export async function askedResult(
  db: Db,
  waiting: ChangeRow | null,
  about: Readonly<Record<string, unknown>>,
  text: string,
): Promise<Result> {
  if (waiting === null) return { data: { ...about, state: 'done' }, text }
  const change = await getChange(db, waiting.id, null)
  return { data: { ...about, state: 'proposed', change }, text: waitingText(change) }
}

function waitingText(change: Change): string {
  const { id, actsAt, expiresAt } = change
  const next =
    actsAt === null
      ? `Two administrators have to confirm it before ${expiresAt}, in the app or here:`
      : `It acts by itself at ${actsAt}, unless it is withdrawn; with a second administrator, two confirm it:`
  return `This takes two administrators: ${changeWords(change)}.
${next}
  postern change confirm ${id} --as ADMINISTRATOR
`
}
