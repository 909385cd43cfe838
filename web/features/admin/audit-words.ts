import type { IconName } from '../../components/icons.ts'

type Words = { readonly text: string; readonly icon: IconName }

const WORDS: Readonly<Record<string, Words>> = {
  'sign-in': { text: 'Signed in', icon: 'person' },
  'sign-out': { text: 'Signed out', icon: 'sign-out' },
  unwrap: { text: 'Opened a message', icon: 'lock' },
  sign: { text: 'Signed a message', icon: 'seal' },
}

/** The name of an action as people read it; one without words of its own is named as it is recorded. */
export function auditWords(action: string): Words {
  const known = WORDS[action]
  if (known !== undefined) return known
  const [first = '', ...rest] = action.replaceAll('-', ' ')
  return { text: first.toUpperCase() + rest.join(''), icon: iconOf(action) }
}

function iconOf(action: string): IconName {
  if (action.startsWith('key-')) return 'key'
  return /^(user|password|factor|totp|recovery)/.test(action) ? 'person' : 'shield'
}
