import type { Change, ChangeContent } from '#shared/contract/admin/changes.ts'

const STATE: Readonly<Record<Change['state'], string>> = {
  open: 'Waits',
  done: 'Done',
  withdrawn: 'Withdrawn',
  expired: 'Forgotten: nobody confirmed it in time',
  refused: 'Could not be done any more',
}

/** How far it is. */
export function stateWords({ state }: Change): string {
  return STATE[state]
}

/** What is to be done, as one line; whose key or account it is stands in `user`. */
export function contentWords(content: ChangeContent, user: string | null): string {
  const whose = user ?? 'somebody'
  switch (content.kind) {
    case 'switch-key-on':
      return `Switch on a key of ${whose}`
    case 'give-roles':
      return `Make ${whose} ${content.roles.join(' and ')}`
    case 'loosen-settings':
      return `Loosen the company's rules: ${membersOf(content.change)}`
    case 'loosen-key-policy':
      return `Loosen the rules of a key of ${whose}: ${membersOf(content.change)}`
  }
}

function membersOf(change: Readonly<Record<string, unknown>>): string {
  const members = Object.entries(change).map(([name, value]) => `${wordsOf(name)} ${String(value)}`)
  return members.join(', ')
}

/** `approvalMinutes` as “approval minutes”. */
export function wordsOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
