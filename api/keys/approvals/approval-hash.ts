import { hashSecret } from '../auth/session-secret.ts'

/** What is stored of an approval, and found by what its user brings; null where they bring none. */
export function approvalHash(approval: string | undefined): string | null {
  return approval === undefined ? null : hashSecret(approval)
}
