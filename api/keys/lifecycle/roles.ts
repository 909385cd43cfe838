import type { ChangeContent } from '#shared/contract/admin/changes.ts'
import type { Role } from '#shared/contract/session.ts'
import { PosternError } from '#shared/errors.ts'
import { randomId } from '../../random-id.ts'
import type { Db, UserRow } from '../../storage/schema.ts'
import { isAdministrator, listAdministrators, rolesOf, updateUser } from '../../storage/users.ts'
import type { Append } from '../audit/journal.ts'
import { overtakeChanges } from '../changes/overtake.ts'
import { waitAnew } from './wait-anew.ts'

/** Whether somebody gains a role: that takes two administrators. */
export function givesRole(user: UserRow, roles: readonly Role[]): boolean {
  const present = rolesOf(user)
  return roles.some((role) => !present.includes(role))
}

/** Whether the company would have no administrator any more. */
export async function wouldLeaveNobody(
  db: Db,
  user: UserRow,
  roles: readonly Role[],
): Promise<boolean> {
  if (!isAdministrator(user) || roles.includes('admin')) return false
  return (await listAdministrators(db)).length === 1
}

/** What was asked before to give the user a role holds no more, inside a transaction. */
export async function giveNoRoles(
  tx: Db,
  append: Append,
  now: Date,
  { id: userId }: UserRow,
  { actor }: { readonly actor: string },
): Promise<void> {
  const isTheirs = (content: ChangeContent) =>
    content.kind === 'give-roles' && content.user === userId
  await overtakeChanges(tx, append, now, isTheirs, { actor, userId })
}

/**
 * Takes roles away, inside a transaction. A role that was to be given beside one of them brings none of them back.
 * @throws PosternError `user/last-admin`; TypeError when a role would be given
 */
export async function takeRoles(
  tx: Db,
  append: Append,
  now: Date,
  user: UserRow,
  roles: readonly Role[],
  by: { readonly actor: string },
): Promise<void> {
  if (givesRole(user, roles)) throw new TypeError('giving a role takes two')
  if (await wouldLeaveNobody(tx, user, roles)) {
    throw new PosternError('user/last-admin', 'Nobody would be left to administrate.')
  }
  if (roles.length < rolesOf(user).length) await giveNoRoles(tx, append, now, user, by)
  await writeRoles(tx, append, now, user, roles, by)
}

/** Sets the roles inside a transaction in which it was seen that they may be set. */
export async function writeRoles(
  tx: Db,
  append: Append,
  now: Date,
  user: UserRow,
  roles: readonly Role[],
  by: { readonly actor: string },
): Promise<void> {
  const wanted = [...new Set(roles)].sort().join(' ')
  if (wanted === user.roles) return
  await updateUser(tx, user.id, { roles: wanted })
  const done = { phase: 'event', operation: randomId(), outcome: 'done' } as const
  append({ actor: by.actor, ...done, action: 'roles-set', userId: user.id })
  if (isAdministrator(user)) await waitAnew(tx, now)
}
