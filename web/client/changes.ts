import { type Change, changeAnswer, changesAnswer } from '#shared/contract/admin/changes.ts'
import type { FactorProof } from '#shared/contract/factor-proof.ts'
import { callForJson } from './call.ts'

/** What waits for a second administrator, and what became of the rest. Throws `request/not-found` without a role. */
export async function fetchChanges(): Promise<Change[]> {
  return (await callForJson({ method: 'GET', path: '/admin/changes' }, changesAnswer)).changes
}

/** Throws `change/needs-second` for one's own, `policy/denied`, and what is wrong with the proof. */
export async function confirmChange(id: string, proof: FactorProof): Promise<Change> {
  const path = `/admin/changes/${id}/confirmation`
  return (await callForJson({ method: 'POST', path, body: { json: { proof } } }, changeAnswer))
    .change
}

/** Takes it back, or turns it down. Throws `policy/denied`. */
export async function withdrawChange(id: string): Promise<Change> {
  const call = { method: 'POST', path: `/admin/changes/${id}/withdrawal` } as const
  return (await callForJson(call, changeAnswer)).change
}
