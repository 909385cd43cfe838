import { createHash } from 'node:crypto'
import { base64url, parseBase64url } from '#shared/base64.ts'
import type { Bytes } from '#shared/bytes.ts'
import { preparedForIds } from './prepared.ts'
import type { Db } from './schema.ts'

/** @param chain DER, the key's own certificate first */
export async function insertChain(db: Db, keyId: string, chain: readonly Bytes[]): Promise<void> {
  const rows = chain.map((der, position) => ({ keyId, position, der: base64url(der) }))
  await db.insertInto('certificates').values(rows).execute()
}

const byKey = preparedForIds((db, keyIds) =>
  db.selectFrom('certificates').select('der').where('keyId', 'in', keyIds).orderBy('position'),
)

/** Each DER as base64url, the key's own certificate first. */
export async function listChainTexts(db: Db, keyId: string): Promise<readonly string[]> {
  return (await byKey(db, [keyId])).map(({ der }) => der)
}

/** DER, the key's own certificate first. */
export async function listChain(db: Db, keyId: string): Promise<Bytes[]> {
  return (await listChainTexts(db, keyId)).map(parseBase64url)
}

/** Gives the key another chain; its own certificate of before is kept. `replacedAt` is ISO 8601. */
export async function replaceChain(
  db: Db,
  keyId: string,
  chain: readonly Bytes[],
  replacedAt: string,
): Promise<void> {
  const [before] = await listChain(db, keyId)
  await db.deleteFrom('certificates').where('keyId', '=', keyId).execute()
  await insertChain(db, keyId, chain)
  if (before === undefined) return
  const row = { keyId, fingerprint: fingerprintOf(before), der: base64url(before), replacedAt }
  await db
    .insertInto('pastCertificates')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['keyId', 'fingerprint']).doUpdateSet({ replacedAt }),
    )
    .execute()
}

/** DER of the key's own certificates of before, the newest first. */
export async function listPastCertificates(db: Db, keyId: string): Promise<Bytes[]> {
  const rows = await db
    .selectFrom('pastCertificates')
    .select('der')
    .where('keyId', '=', keyId)
    .orderBy('replacedAt', 'desc')
    .orderBy('fingerprint')
    .execute()
  return rows.map((row) => parseBase64url(row.der))
}

function fingerprintOf(der: Bytes): string {
  return createHash('sha256').update(der).digest('hex')
}
