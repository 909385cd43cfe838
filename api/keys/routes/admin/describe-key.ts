import type { AdminKey } from '#shared/contract/admin/keys.ts'
import { PosternError } from '#shared/errors.ts'
import { findOwnedKey, type OwnedKey } from '../../../storage/keys.ts'
import type { Db } from '../../../storage/schema.ts'
import { policyOf } from '../../policy/key-policy.ts'

/** A key as administrators see it. Throws PosternError `key/not-found`. */
export async function describeKey(db: Db, id: string): Promise<AdminKey> {
  const key = await findOwnedKey(db, id)
  if (key === null) throw new PosternError('key/not-found', 'There is no such key.')
  return toAdminKey(key)
}

export function toAdminKey(key: OwnedKey): AdminKey {
  const { id, username: user, purpose, algorithm, status, createdAt } = key
  return { id, user, purpose, algorithm, status, createdAt, policy: policyOf(key) }
}
