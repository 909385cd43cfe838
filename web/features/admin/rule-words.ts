import type { SettingsSection } from '#shared/contract/admin/settings.ts'
import { wordsOf } from './change-words.ts'

const SECTIONS: Readonly<Record<string, string>> = {
  changes: 'Changes by two administrators',
  signIn: 'Signing in',
}
const MEMBERS: Readonly<Record<string, string>> = {
  waitMinutes: 'Minutes that a single administrator waits',
  expiryHours: 'Hours until an unconfirmed change is forgotten',
  idleMinutes: 'Minutes without use until a session ends',
  absoluteHours: 'Hours until a session ends in any case',
}

export function sectionWords(section: SettingsSection): string {
  return SECTIONS[section] ?? section
}

/** A rule as people read it; one without words of its own by its name in the contract. */
export function memberWords(member: string): string {
  const words = MEMBERS[member] ?? wordsOf(member)
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

export function valueWords(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (Array.isArray(value)) return value.join(', ') || 'None'
  return String(value)
}
