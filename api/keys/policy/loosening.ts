import type { KeyPolicy } from '#shared/contract/key-policy.ts'

/**
 * Whether the key could do anything more after the change than before it. One member that is looser makes the whole
 * change loosening, whatever else becomes stricter. What is not in force before, like the minutes of approvals that
 * nobody is asked for, loosens nothing.
 */
export function isLoosening(before: KeyPolicy, after: KeyPolicy): boolean {
  return (
    loosensApproval(before, after) ||
    after.perMinute > before.perMinute ||
    after.perDay > before.perDay ||
    after.offlineDays > before.offlineDays ||
    (before.requireContent && !after.requireContent)
  )
}

function loosensApproval(before: KeyPolicy, after: KeyPolicy): boolean {
  const counted = before.approval === 'each-use'
  return (
    unapprovedUses(after) > unapprovedUses(before) ||
    (counted && after.approval !== 'each-use') ||
    (counted && after.approvalUses > before.approvalUses) ||
    (unapprovedUses(before) < Infinity && after.approvalMinutes > before.approvalMinutes)
  )
}

/** Of a day. */
function unapprovedUses({ approval, approvalAbove }: KeyPolicy): number {
  return approval === 'none' ? (approvalAbove ?? Infinity) : 0
}
