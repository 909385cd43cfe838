import type { Bytes } from '#shared/bytes.ts'
import type { KeyAlgorithm, KeyPurpose } from '#shared/contract/keys.ts'
import { PosternError } from '#shared/errors.ts'
import { instant } from '../../clock.ts'
import type { Hsm, TokenKey } from '../../hsm/port.ts'
import { randomId } from '../../random-id.ts'
import { insertChain } from '../../storage/certificates.ts'
import { insertKey, listKeys } from '../../storage/keys.ts'
import type { Db, KeyRow, UserRow } from '../../storage/schema.ts'
import { findUser } from '../../storage/users.ts'
import { DEFAULT_POLICY } from '../policy/key-policy.ts'
import type { Records } from '../records.ts'
import type { CertificateAuthority } from './authority.ts'
import { firstStatus } from './first-status.ts'
import { recorded } from './recorded.ts'

type Maker = Records & { readonly hsm: Hsm; readonly authority: CertificateAuthority }

/**
 * A key of the user for this purpose, with its certificate: the one they have, else a new one made in the
 * token. So a set-up that was interrupted can simply run again. A key that the token made and that got no
 * certificate is in the audit as an intent without a result, and is never used.
 * @param actor who has it made, for the audit; null for the set-up
 * @throws PosternError `hsm/unavailable`, `audit/unavailable`, and what the authority throws
 */
export async function createKey(
  maker: Maker,
  user: UserRow,
  purpose: KeyPurpose,
  algorithm: KeyAlgorithm,
  actor: string | null = null,
): Promise<KeyRow> {
  const present = (await listKeys(maker.db, user.id)).find(
    (key) => key.purpose === purpose && key.algorithm === algorithm && key.status === 'active',
  )
  return present ?? makeKey(maker, user, { id: randomId(), purpose, algorithm }, actor)
}

function makeKey(
  maker: Maker,
  user: UserRow,
  key: TokenKey,
  actor: string | null,
): Promise<KeyRow> {
  const entry = {
    action: 'key-created',
    operation: randomId(),
    actor,
    userId: user.id,
    keyId: key.id,
  } as const
  return recorded(
    maker.journal,
    entry,
    () => makeCertified(maker, user, key),
    (tx, chain, now) => storeKey(tx, user, key, chain, now),
  )
}

async function makeCertified(
  { hsm, authority }: Maker,
  { name: subject, address }: UserRow,
  key: TokenKey,
): Promise<Bytes[]> {
  const { spki } = await hsm.generateKey({ key })
  return authority.issue({ spki, subject, address, purpose: key.purpose })
}

async function storeKey(
  tx: Db,
  user: UserRow,
  key: TokenKey,
  chain: readonly Bytes[],
  now: Date,
): Promise<KeyRow> {
  if ((await findUser(tx, user.id))?.status !== 'active') {
    throw new PosternError('policy/denied', 'The user was removed meanwhile.')
  }
  const made = {
    userId: user.id,
    status: await firstStatus(tx, user.id),
    origin: 'made',
    createdAt: instant(now),
  } as const
  const row = { ...key, ...made, ...DEFAULT_POLICY }
  await insertKey(tx, row)
  await insertChain(tx, key.id, chain)
  return row
}
