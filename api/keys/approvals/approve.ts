import { createHash } from 'node:crypto'
import { base64url } from '#shared/base64.ts'
import type { ApprovalAnswer, ApprovalRequest } from '#shared/contract/approvals.ts'
import { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import { forgetApprovalsBefore, insertApproval } from '../../storage/approvals.ts'
import { findKey } from '../../storage/keys.ts'
import type { ApprovalRow, Db, KeyRow } from '../../storage/schema.ts'
import type { Caller } from '../auth/caller.ts'
import { checkFactor } from '../auth/factors/check-factor.ts'
import { newSecret } from '../auth/session-secret.ts'
import { approvalMode } from '../policy/approval.ts'
import { judgeKey } from '../policy/judge.ts'
import type { KeyServiceDeps } from '../service.ts'

/**
 * Makes an approval for a factor that is shown now: one code, one approval. It is good in this session, with this key,
 * for this operation and, where the key's policy counts uses, for these digests.
 * @throws PosternError `key/not-found`, `key/disabled`, `key/retired`, `key/wrong-purpose`, `policy/denied` where the
 * key needs none, and as `checkFactor`
 */
export async function approve(
  deps: KeyServiceDeps,
  caller: Caller,
  asked: ApprovalRequest,
): Promise<ApprovalAnswer> {
  const barred = barrier(await findKey(deps.db, asked.key), caller, asked)
  if (barred instanceof PosternError) throw barred // before the code is used up
  const { secret: approval, secretHash: hash } = newSecret()
  const { proof } = asked
  const shown = { ...caller, action: 'approval-made', proof } as const
  const made = await checkFactor(deps, shown, async (tx, append, now) => {
    const key = barrier(await findKey(tx, asked.key), caller, asked)
    if (key instanceof PosternError) return key
    const row = rowOf(hash, caller, key, asked, now)
    await store(tx, row, now)
    append(entryOf(row))
    return row
  })
  if (made instanceof PosternError) throw made
  return { approval, expiresAt: made.expiresAt, usesLeft: made.usesLeft }
}

/** The key as it is when it may be approved for this, or why not. */
function barrier(
  key: KeyRow | null,
  { user }: Caller,
  { operation }: ApprovalRequest,
): KeyRow | PosternError {
  const verdict = judgeKey(key, { userId: user.id, action: operation })
  if (!verdict.allowed) return verdict.error
  if (approvalMode(verdict.key) !== null) return verdict.key
  return new PosternError('policy/denied', 'This key is used without an approval.')
}

function rowOf(
  hash: string,
  { user, session }: Caller,
  key: KeyRow,
  { operation, digests }: ApprovalRequest,
  now: Date,
): ApprovalRow {
  return {
    hash,
    userId: user.id,
    sessionId: session.id,
    keyId: key.id,
    operation,
    digests: JSON.stringify(digests.map(base64url)),
    usesLeft: approvalMode(key) === 'period' ? null : key.approvalUses,
    expiresAt: instant(now, key.approvalMinutes * 60),
  }
}

async function store(tx: Db, row: ApprovalRow, now: Date): Promise<void> {
  await forgetApprovalsBefore(tx, instant(now)) // the table grows nowhere else
  await insertApproval(tx, row)
}

/** `digest` names the approval, here and where it is spent; `entryDigest` is over all that was approved. */
function entryOf({ hash, userId, sessionId, keyId, digests }: ApprovalRow) {
  return {
    phase: 'event',
    action: 'approval-made',
    operation: randomId(),
    outcome: 'done',
    userId,
    sessionId,
    keyId,
    digest: hash,
    entryDigest: base64url(createHash('sha256').update(digests).digest()),
  } as const
}
