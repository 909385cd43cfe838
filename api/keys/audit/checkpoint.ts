import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { parseBase64url } from '#shared/base64.ts'
import { encodeCheckpoint } from '#shared/contract/checkpoint.ts'
import type { AuditCheckpointRow } from '../../storage/audit-rows.ts'

/** A key's name: SHA-256 of its DER SubjectPublicKeyInfo, in hexadecimal. */
export function fingerprintOf(spki: Uint8Array): string {
  return createHash('sha256').update(spki).digest('hex')
}

/** What the next checkpoint calls this one: SHA-256, in hexadecimal, of what was signed. */
export function hashCheckpoint(checkpoint: AuditCheckpointRow): string {
  return createHash('sha256').update(encodeCheckpoint(checkpoint, checkpoint.key)).digest('hex')
}

/** The key of a DER SubjectPublicKeyInfo, or null when it is none for checkpoints: ECDSA on P-256. */
export function readAuditKey(spki: Uint8Array): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : null
  } catch {
    return null // whatever it is, it verifies nothing
  }
}

/** Whether the key signed this very checkpoint. */
export function isSignedBy(checkpoint: AuditCheckpointRow, key: KeyObject): boolean {
  try {
    const signed = encodeCheckpoint(checkpoint, checkpoint.key)
    return verify('sha256', signed, key, parseBase64url(checkpoint.signature))
  } catch {
    return false // a signature that is no base64url
  }
}
