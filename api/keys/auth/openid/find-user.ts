import { instant } from '../../../clock.ts'
import { randomId } from '../../../random-id.ts'
import { findIdentity, insertIdentity, listIdentities } from '../../../storage/identities.ts'
import { findUser, findUserByAddress } from '../../../storage/users.ts'
import type { Db, UserRow } from '../../../storage/schema.ts'
import type { KeyServiceDeps } from '../../service.ts'
import { readSignInPolicy } from '../sign-in-policy.ts'
import type { OpenIdIdentity } from './provider.ts'

/**
 * Whose account at the provider it is: the user's that it was tied to before. At the first time, where the policy
 * says so, the one's whose address it is, and it is tied to them from then on; a second account is tied to nobody.
 */
export async function findOpenIdUser(
  deps: KeyServiceDeps,
  identity: OpenIdIdentity,
): Promise<UserRow | null> {
  const known = await findIdentity(deps.db, identity)
  if (known !== null) return findUser(deps.db, known.userId)
  if (!(await readSignInPolicy(deps.db)).openIdLinksByAddress) return null
  const address = await identity.address().catch(() => null)
  return address === null ? null : tie(deps, identity, address)
}

function tie(
  { journal }: KeyServiceDeps,
  { issuer, subject }: OpenIdIdentity,
  address: string,
): Promise<UserRow | null> {
  return journal.write(async (tx, append, now) => {
    const user = await findUserByAddress(tx, address)
    if (user === null || (await hasAccount(tx, user, issuer))) return null
    const createdAt = instant(now)
    await insertIdentity(tx, { issuer, subject, userId: user.id, createdAt })
    const event = { phase: 'event', operation: randomId(), outcome: 'done' } as const
    append({ ...event, action: 'openid-linked', userId: user.id })
    return user
  })
}

async function hasAccount(tx: Db, { id }: UserRow, issuer: string): Promise<boolean> {
  return (await listIdentities(tx, id)).some((identity) => identity.issuer === issuer)
}
