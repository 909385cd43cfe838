import { createHash } from 'node:crypto'

/** SHA-256 as base64url: by which tokens' keys are compared. */
export function fingerprintOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url')
}
