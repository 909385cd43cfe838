import { base64url, parseBase64url } from '#shared/base64.ts'
import type { Bytes } from '#shared/bytes.ts'
import type { Db } from './schema.ts'

/** @returns false when it was there before */
export async function insertAnchor(
  db: Db,
  anchor: { fingerprint: string; der: Bytes; createdAt: string },
): Promise<boolean> {
  const result = await db
    .insertInto('anchors')
    .values({ ...anchor, der: base64url(anchor.der) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** DER, the oldest first. */
export async function listAnchors(db: Db): Promise<Bytes[]> {
  const rows = await db
    .selectFrom('anchors')
    .select('der')
    .orderBy('createdAt')
    .orderBy('fingerprint')
    .execute()
  return rows.map((row) => parseBase64url(row.der))
}
