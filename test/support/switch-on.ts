import { switchOnAgain } from '#api/keys/lifecycle/switch-key.ts'
import type { Records } from '#api/keys/records.ts'
import { findKey } from '#api/storage/keys.ts'

/** Switches a key on as if two administrators had agreed: for tests of something else. */
export async function switchOn({ journal }: Records, keyId: string, actor: string): Promise<void> {
  await journal.write(async (tx, append) => {
    const key = await findKey(tx, keyId)
    if (key !== null) await switchOnAgain(tx, append, key, { actor })
  })
}
