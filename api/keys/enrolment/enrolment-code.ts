import { createHash } from 'node:crypto'
import { base64url } from '#shared/base64.ts'

/**
 * What is stored of a code: 80 random bits that are good for days need no slow hash, and no key. Anybody may ask for
 * this, so it costs nothing.
 */
export function hashEnrolmentCode(userId: string, code: string): string {
  const plain = code.toUpperCase().replaceAll(/[\s-]/g, '')
  return base64url(
    createHash('sha256').update(`postern/v1 enrolment\n${userId}\n${plain}`).digest(),
  )
}
