import { createHash } from 'node:crypto'
import type { Bytes } from '#shared/bytes.ts'
import { instant } from '../../clock.ts'
import { randomId } from '../../random-id.ts'
import { insertAnchor } from '../../storage/anchors.ts'
import type { Records } from '../records.ts'

/**
 * Trusts a certificate (DER) in the whole company. Once is enough; again changes nothing.
 * @param actor who does it, for the audit; null for the set-up
 */
export async function addAnchor(
  { journal }: Records,
  der: Bytes,
  actor: string | null = null,
): Promise<void> {
  const fingerprint = createHash('sha256').update(der).digest('hex')
  await journal.write(async (tx, append, now) => {
    if (!(await insertAnchor(tx, { fingerprint, der, createdAt: instant(now) }))) return
    append({
      phase: 'event',
      action: 'anchor-added',
      operation: randomId(),
      outcome: 'done',
      digest: fingerprint,
      actor,
    })
  })
}
