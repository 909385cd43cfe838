import type { z } from 'zod'
import type { setPolicyRequest } from '#shared/contract/admin/keys.ts'
import type { KeyPolicy } from '#shared/contract/key-policy.ts'

/** The members that are to be different, without those that are absent. */
export function policyChange(read: z.output<typeof setPolicyRequest>): Partial<KeyPolicy> {
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined))
}
