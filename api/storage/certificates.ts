import { base64url, parseBase64url } from '#shared/base64.ts'
import type { Bytes } from '#shared/bytes.ts'
import type { Db } from './schema.ts'

/** @param chain DER, the key's own certificate first */
export async function insertChain(db: Db, keyId: string, chain: readonly Bytes[]): Promise<void> {
  const rows = chain.map((der, position) => ({ keyId, position, der: base64url(der) }))
  await db.insertInto('certificates').values(rows).execute()
}

/** DER, the key's own certificate first. */
export async function listChain(db: Db, keyId: string): Promise<Bytes[]> {
  const rows = await db
    .selectFrom('certificates')
    .select('der')
    .where('keyId', '=', keyId)
    .orderBy('position')
    .execute()
  return rows.map((row) => parseBase64url(row.der))
}
