import type { ApprovalMode, KeyPolicy } from '#shared/contract/key-policy.ts'

const STRICTNESS: Readonly<Record<ApprovalMode, number>> = { none: 0, period: 1, 'each-use': 2 }

/**
 * Whether the key could do anything more after the change than before it. One member that is looser makes the whole
 * change loosening, whatever else becomes stricter.
 */
export function isLoosening(before: KeyPolicy, after: KeyPolicy): boolean {
  return (
    STRICTNESS[after.approval] < STRICTNESS[before.approval] ||
    after.approvalMinutes > before.approvalMinutes ||
    after.approvalUses > before.approvalUses ||
    threshold(after) > threshold(before) ||
    after.perMinute > before.perMinute ||
    after.perDay > before.perDay ||
    after.offlineDays > before.offlineDays ||
    (before.requireContent && !after.requireContent)
  )
}

/** Without a threshold, any number of uses needs no approval. */
function threshold({ approvalAbove }: KeyPolicy): number {
  return approvalAbove ?? Infinity
}
