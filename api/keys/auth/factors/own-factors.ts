import { factorKind, type FactorKind } from '#shared/contract/factor-proof.ts'
import type { OwnFactor } from '#shared/contract/factors.ts'
import type { SignInPolicy } from '#shared/contract/admin/sign-in-policy.ts'
import { PosternError } from '#shared/errors.ts'
import { deleteFactor, listFactors } from '../../../storage/factors.ts'
import { deletePasskey, listPasskeys } from '../../../storage/passkeys.ts'
import { countRecoveryCodes } from '../../../storage/recovery-codes.ts'
import type { Db, UserRow } from '../../../storage/schema.ts'

import { allowsKind, readSignInPolicy, requireKind } from '../sign-in-policy.ts'

const MOST_FACTORS = 10 // each one more makes a guess likelier, and nobody carries as many

/** What the user can show beside their password: what makes codes, then passkeys, the oldest first. */
export async function listOwnFactors(db: Db, userId: string): Promise<OwnFactor[]> {
  const makers = await listFactors(db, userId)
  const passkeys = await listPasskeys(db, userId)
  const all = [...makers, ...passkeys.map((passkey) => ({ ...passkey, kind: 'passkey' as const }))]
  return all.map(({ id, kind, name, createdAt, lastUsedAt }) => {
    return { id, kind, name, createdAt, lastUsedAt }
  })
}

/** Of whatever kind it is. */
export async function deleteOwnFactor(db: Db, id: string): Promise<void> {
  await deleteFactor(db, id)
  await deletePasskey(db, id)
}

/** Those of them that the company takes. */
export async function allowedKindsOf(
  db: Db,
  userId: string,
  policy: SignInPolicy,
): Promise<FactorKind[]> {
  return (await factorKindsOf(db, userId)).filter((kind) => allowsKind(policy, kind))
}

/** @throws PosternError `policy/denied` when the company does not take the kind, or the user has as many as one may */
export async function makeRoom(db: Db, user: UserRow, kind: FactorKind): Promise<void> {
  requireKind(await readSignInPolicy(db), kind)
  if ((await listOwnFactors(db, user.id)).length < MOST_FACTORS) return
  throw new PosternError('policy/denied', `You can have ${MOST_FACTORS} at most. Remove one first.`)
}

/**
 * What the user can sign in with, in the contract's order. Recovery codes stand for something that is lost: alone
 * they are nothing.
 */
export async function factorKindsOf(db: Db, userId: string): Promise<FactorKind[]> {
  const kinds = new Set<FactorKind>((await listOwnFactors(db, userId)).map(({ kind }) => kind))
  if (kinds.size > 0 && (await countRecoveryCodes(db, userId)) > 0) kinds.add('recovery')
  return factorKind.options.filter((kind) => kinds.has(kind))
}
