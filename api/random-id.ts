import { randomBytes } from 'node:crypto'
import { base64url } from '#shared/base64.ts'

/** A new id: 128 random bits as 22 characters of base64url (`idSchema` of the contract). */
export function randomId(): string {
  return base64url(randomBytes(16))
}
