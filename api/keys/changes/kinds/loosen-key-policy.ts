import type { ChangeContent } from '#shared/contract/admin/changes.ts'
import { PosternError } from '#shared/errors.ts'
import { findKey } from '../../../storage/keys.ts'
import { changeKeyPolicy } from '../../policy/change-key-policy.ts'
import { policyChange } from '../../policy/policy-change.ts'
import type { ChangeKind } from './kind.ts'

type Content = Extract<ChangeContent, { kind: 'loosen-key-policy' }>

/** Other members stay as they are when it is done: what was tightened meanwhile stays tight. */
export const loosenKeyPolicy: ChangeKind<Content> = {
  async about(db, { key: keyId }) {
    return { userId: (await findKey(db, keyId))?.userId ?? null, keyId }
  },
  async check(db, { key: keyId }) {
    if ((await findKey(db, keyId)) !== null) return null
    return new PosternError('key/not-found', `There is no key ${keyId}.`)
  },
  async act(tx, append, _now, { key: keyId, change }, actor) {
    const key = await findKey(tx, keyId)
    if (key !== null) await changeKeyPolicy(tx, append, key, policyChange(change), { actor })
  },
}
