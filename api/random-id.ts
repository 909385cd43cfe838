import { randomBytes } from 'node:crypto'
import { base64url } from '#shared/base64.ts'

/**
 * A new id: 128 random bits as base64url, 22 characters. The few that begin with a dash are passed over, for the
 * postern command would take them for options.
 */
export function randomId(): string {
  for (;;) {
    const id = base64url(randomBytes(16))
    if (!id.startsWith('-')) return id
  }
}
