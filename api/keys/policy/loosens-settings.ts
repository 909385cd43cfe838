import { signInLoosens } from '#shared/contract/admin/sign-in-policy.ts'
import type { Settings, SettingsSection } from '#shared/contract/admin/settings.ts'

type Loosens = {
  readonly [S in SettingsSection]: (before: Settings[S], after: Settings[S]) => boolean
}

const LOOSENS: Loosens = {
  changes: (before, after) =>
    after.waitMinutes < before.waitMinutes || after.expiryHours > before.expiryHours,
  signIn: signInLoosens,
}

/** Whether anything could happen after the change that could not before it: that takes two administrators. */
export function loosensSettings<S extends SettingsSection>(
  section: S,
  before: Settings[S],
  after: Settings[S],
): boolean {
  return LOOSENS[section](before, after)
}
