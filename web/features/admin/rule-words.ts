import type { SettingsSection } from '#shared/contract/admin/settings.ts'
import { signInPolicySchema } from '#shared/contract/admin/sign-in-policy.ts'
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
  factors: 'What may stand beside the password',
  recoveryCodes: 'Recovery codes may be used',
  passwords: 'Passwords of Postern may be used',
  leastPassword: 'Characters that a new password must have',
  openIdCountsAs: 'A sign-in at the company’s provider counts as',
  openIdLinksByAddress: 'A verified address ties an account at the provider to its user',
}
const { factors, openIdCountsAs } = signInPolicySchema.shape
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  factors: factors.unwrap().element.options,
  openIdCountsAs: openIdCountsAs.unwrap().options,
}
const OPTION_WORDS: Readonly<Record<string, string>> = {
  totp: 'Authenticator apps',
  hotp: 'Hardware tokens with codes',
  passkey: 'Passkeys',
  first: 'The password alone',
  both: 'The password and what is shown beside it',
}

export function sectionWords(section: SettingsSection): string {
  return SECTIONS[section] ?? section
}

/** A rule as people read it; one without words of its own by its name in the contract. */
export function memberWords(member: string): string {
  const words = MEMBERS[member] ?? wordsOf(member)
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

/** Of a rule that is chosen from a list, what may be chosen. */
export function optionsOf(member: string): readonly string[] {
  return OPTIONS[member] ?? []
}

export function optionWords(option: string): string {
  return OPTION_WORDS[option] ?? option
}

export function valueWords(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (Array.isArray(value)) return value.map((one) => optionWords(String(one))).join(', ') || 'None'
  return optionWords(String(value))
}
