import type { ChangeContent } from '#shared/contract/admin/changes.ts'
import { PosternError } from '#shared/errors.ts'
import { findKey } from '../../../storage/keys.ts'
import { findUser } from '../../../storage/users.ts'
import { isOff, switchOnAgain } from '../../lifecycle/switch-key.ts'
import type { ChangeKind } from './kind.ts'

type Content = Extract<ChangeContent, { kind: 'switch-key-on' }>

/** A key that was switched off, or that came into the token from outside, and is off for that reason. */
export const switchKeyOn: ChangeKind<Content> = {
  async about(db, { key: keyId }) {
    return { userId: (await findKey(db, keyId))?.userId ?? null, keyId }
  },
  async check(db, { key: keyId }) {
    const key = await findKey(db, keyId)
    if (key === null) return new PosternError('key/not-found', `There is no key ${keyId}.`)
    const owner = await findUser(db, key.userId)
    if (owner?.status !== 'active') {
      return new PosternError('policy/denied', 'Keys of who was removed stay off.')
    }
    return null
  },
  async act(tx, append, _now, { key: keyId }, actor) {
    const key = await findKey(tx, keyId)
    if (key !== null && isOff(key)) await switchOnAgain(tx, append, key, { actor })
  },
}
