import type { SettingsSection } from '#shared/contract/admin/settings.ts'
import type { KeyPolicy } from '#shared/contract/key-policy.ts'
import type { Role } from '#shared/contract/session.ts'
import { PosternError } from '#shared/errors.ts'
import { findKey } from '../../storage/keys.ts'
import type { ChangeRow, Db } from '../../storage/schema.ts'
import { findUser, listAdministrators } from '../../storage/users.ts'
import type { Append } from '../audit/journal.ts'
import { type By, onOwnRecord } from '../lifecycle/by.ts'
import { givesRole, takeRoles, writeRoles } from '../lifecycle/roles.ts'
import { isOff } from '../lifecycle/switch-key.ts'
import { changeKeyPolicy } from '../policy/change-key-policy.ts'
import { mergeSettings, readSettings, writeSettings } from '../policy/company-settings.ts'
import { policyOf } from '../policy/key-policy.ts'
import { isLoosening } from '../policy/loosening.ts'
import { loosensSettings } from '../policy/loosens-settings.ts'
import { proposeChange } from './propose.ts'

/**
 * What lets less happen is done at once, and answers null; what lets more happen is proposed, and answers the change
 * that waits now. Each is the work of one transaction.
 */
type Asked = Promise<ChangeRow | null>

/** @throws PosternError `key/not-found`, `policy/denied` for keys of who was removed */
export async function askToSwitchOn(
  tx: Db,
  append: Append,
  now: Date,
  keyId: string,
  by: By,
): Asked {
  const key = await findKey(tx, keyId)
  if (key !== null && !isOff(key)) return null
  return proposeChange(tx, append, now, { kind: 'switch-key-on', key: keyId }, by)
}

/**
 * Until a company has two administrators, an operator of the machine makes them at once: nobody could agree.
 * @throws PosternError `request/not-found`, `user/last-admin`
 */
export async function askForRoles(
  tx: Db,
  append: Append,
  now: Date,
  userId: string,
  roles: readonly Role[],
  by: By,
): Asked {
  const user = await findUser(tx, userId)
  if (user?.status !== 'active') {
    throw new PosternError('request/not-found', 'There is no such user.')
  }
  if (!givesRole(user, roles)) {
    await takeRoles(tx, append, now, user, roles, by)
    return null
  }
  if (by.userId === null && (await listAdministrators(tx)).length < 2) {
    await writeRoles(tx, append, now, user, roles, by)
    return null
  }
  const wanted = [...new Set(roles)].sort()
  return proposeChange(tx, append, now, { kind: 'give-roles', user: userId, roles: wanted }, by)
}

/**
 * @param change the members that are to be different
 * @throws PosternError `request/malformed` when they are none of that section
 */
export async function askForSettings(
  tx: Db,
  append: Append,
  now: Date,
  section: SettingsSection,
  change: Readonly<Record<string, unknown>>,
  by: By,
): Asked {
  const before = await readSettings(tx, section)
  const after = await mergeSettings(tx, section, change)
  if (JSON.stringify(after) === JSON.stringify(before)) return null
  if (loosensSettings(section, before, after)) {
    return proposeChange(tx, append, now, { kind: 'loosen-settings', section, change }, by)
  }
  await writeSettings(tx, append, now, section, after, onOwnRecord(by))
  return null
}

/**
 * @param change the members that are to be different
 * @throws PosternError `key/not-found`
 */
export async function askForPolicy(
  tx: Db,
  append: Append,
  now: Date,
  keyId: string,
  change: Partial<KeyPolicy>,
  by: By,
): Asked {
  const key = await findKey(tx, keyId)
  if (key === null) throw new PosternError('key/not-found', `There is no key ${keyId}.`)
  const before = policyOf(key)
  if (isLoosening(before, { ...before, ...change })) {
    return proposeChange(tx, append, now, { kind: 'loosen-key-policy', key: keyId, change }, by)
  }
  await changeKeyPolicy(tx, append, key, change, { actor: by.actor })
  return null
}
