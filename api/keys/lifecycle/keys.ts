import { instant } from '../../clock.ts'
import type { KeyAlgorithm, KeyPurpose } from '#shared/contract/keys.ts'
import { isPosternError } from '#shared/errors.ts'
import type { Hsm, TokenKey } from '../../hsm/port.ts'
import { randomId } from '../../random-id.ts'
import { insertChain } from '../../storage/certificates.ts'
import { insertKey, listKeys } from '../../storage/keys.ts'
import type { KeyRow, UserRow } from '../../storage/schema.ts'
import { DEFAULT_QUOTA } from '../policy/quota.ts'
import type { Records } from '../records.ts'
import type { CertificateAuthority } from './authority.ts'

type Maker = Records & { readonly hsm: Hsm; readonly authority: CertificateAuthority }

/**
 * A key of the user for this purpose, with its certificate: the one they have, else a new one made in the
 * token. So a set-up that was interrupted can simply run again. A key that the token made and that got no
 * certificate is in the audit as an intent without a result, and is never used.
 * @throws PosternError `hsm/unavailable`, `audit/unavailable`, and what the authority throws
 */
export async function createKey(
  maker: Maker,
  user: UserRow,
  purpose: KeyPurpose,
  algorithm: KeyAlgorithm,
): Promise<KeyRow> {
  const present = (await listKeys(maker.db, user.id)).find(
    (key) => key.purpose === purpose && key.algorithm === algorithm && key.status === 'active',
  )
  return present ?? makeKey(maker, user, { id: randomId(), purpose, algorithm })
}

async function makeKey(maker: Maker, user: UserRow, key: TokenKey): Promise<KeyRow> {
  const { journal } = maker
  const entry = {
    action: 'key-created',
    operation: randomId(),
    userId: user.id,
    keyId: key.id,
  } as const
  await journal.write((_tx, append) => {
    append({ ...entry, phase: 'intent' })
    return Promise.resolve()
  })
  try {
    const chain = await certified(maker, user, key)
    return await journal.write(async (tx, append, now) => {
      const row: KeyRow = {
        ...key,
        userId: user.id,
        status: 'active',
        ...DEFAULT_QUOTA,
        createdAt: instant(now),
      }
      await insertKey(tx, row)
      await insertChain(tx, key.id, chain)
      append({ ...entry, phase: 'result', outcome: 'done' })
      return row
    })
  } catch (error) {
    const code = isPosternError(error) ? error.code : 'internal'
    await journal.write((_tx, append) => {
      append({ ...entry, phase: 'result', outcome: 'failed', code })
      return Promise.resolve()
    })
    throw error
  }
}

async function certified({ hsm, authority }: Maker, user: UserRow, key: TokenKey) {
  const { spki } = await hsm.generateKey({ key })
  const { name: subject, address } = user
  return authority.issue({ spki, subject, address, purpose: key.purpose })
}
