import type { KeyPolicy } from '#shared/contract/key-policy.ts'
import type { PolicyColumns } from '../../storage/schema.ts'

/**
 * Of a new key. The quota is what a person needs who reads a lot of mail; a thief with a session gets no further.
 */
export const DEFAULT_POLICY: PolicyColumns = {
  approval: 'none',
  approvalMinutes: 5,
  approvalUses: 1,
  approvalAbove: null,
  perMinute: 60,
  perDay: 600,
  offlineDays: 0,
  requireContent: 0,
}

/** The key's policy, as its company decided. */
export function policyOf(key: PolicyColumns): KeyPolicy {
  const { approval, approvalMinutes, approvalUses, approvalAbove } = key
  const { perMinute, perDay, offlineDays } = key
  return {
    approval,
    approvalMinutes,
    approvalUses,
    approvalAbove,
    perMinute,
    perDay,
    offlineDays,
    requireContent: key.requireContent === 1,
  }
}

/** As it is stored. */
export function columnsOf(policy: KeyPolicy): PolicyColumns {
  return { ...policy, requireContent: policy.requireContent ? 1 : 0 }
}
