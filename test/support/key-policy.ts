import type { KeyCompany } from './key-company.ts'
import { changeKeyPolicy } from '#api/keys/policy/change-key-policy.ts'
import { findKey } from '#api/storage/keys.ts'
import type { KeyPolicy } from '#shared/contract/key-policy.ts'

/** Gives a key another policy, as an administrator would. */
export async function setPolicy(
  { records }: Pick<KeyCompany, 'records'>,
  { id }: { readonly id: string },
  change: Partial<KeyPolicy>,
): Promise<void> {
  await records.journal.write(async (tx, append) => {
    const key = await findKey(tx, id)
    if (key === null) throw new TypeError('no such key')
    await changeKeyPolicy(tx, append, key, change, { actor: 'root' })
  })
}
