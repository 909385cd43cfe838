import { createHash } from 'node:crypto'
import { base64url } from '#shared/base64.ts'
import type { KeyPolicy } from '#shared/contract/key-policy.ts'
import { randomId } from '../../random-id.ts'
import { deleteApprovalsOfKey } from '../../storage/approvals.ts'
import { insertPolicyChange, setKeyPolicy } from '../../storage/key-policy.ts'
import type { Db, KeyRow } from '../../storage/schema.ts'
import type { AuditEntry } from '../audit/entry.ts'
import type { Append } from '../audit/journal.ts'
import { columnsOf, policyOf } from './key-policy.ts'

/**
 * Gives the key another policy, inside a transaction in which it was read. What the policy was and became is stored
 * beside the audit, whose entry holds the digest of both. Whether one person may do this is for the caller to find
 * out (`isLoosening`).
 * @param by who does it, for the audit
 * @returns the whole new policy, or null when nothing is different
 */
export async function changeKeyPolicy(
  tx: Db,
  append: Append,
  key: KeyRow,
  change: Partial<KeyPolicy>,
  by: Pick<AuditEntry, 'actor' | 'sessionId'>,
): Promise<KeyPolicy | null> {
  const was = policyOf(key)
  const policy = { ...was, ...change }
  const [before, after] = [encodePolicy(was), encodePolicy(policy)]
  if (before === after) return null
  const operation = randomId()
  await deleteApprovalsOfKey(tx, key.id) // what was approved was approved under the other one
  await setKeyPolicy(tx, key.id, columnsOf(policy))
  await insertPolicyChange(tx, { operation, keyId: key.id, before, after })
  append({
    ...by,
    phase: 'event',
    action: 'key-policy-changed',
    operation,
    outcome: 'done',
    userId: key.userId,
    keyId: key.id,
    digest: digestOfChange(before, after),
  })
  return policy
}

/** Members in alphabetical order, without white space. */
function encodePolicy(policy: KeyPolicy): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(policy).sort(([a], [b]) => (a < b ? -1 : 1))),
  )
}

/** SHA-256, base64url, of what the policy was and became, a line each. */
function digestOfChange(before: string, after: string): string {
  return base64url(createHash('sha256').update(`${before}\n${after}`).digest())
}
