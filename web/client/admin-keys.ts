import { type Outcome, outcomeAnswer } from '#shared/contract/admin/changes.ts'
import {
  type AdminKey,
  adminKeyAnswer,
  adminKeysAnswer,
  type KeyEvent,
  keyHistoryAnswer,
} from '#shared/contract/admin/keys.ts'
import { callForJson } from './call.ts'

/** Keys of one user, or of everybody. Throws `request/not-found` without a role, and what every call may. */
export async function fetchAdminKeys(user: string | null): Promise<AdminKey[]> {
  const path = user === null ? '/admin/keys' : `/admin/keys?user=${encodeURIComponent(user)}`
  return (await callForJson({ method: 'GET', path }, adminKeysAnswer)).keys
}

/** Refuses every operation with it, at once and everywhere. Throws `policy/denied`, `key/not-found`. */
export async function switchKeyOff(id: string): Promise<AdminKey> {
  const call = { method: 'POST', path: `/admin/keys/${id}/switch-off` } as const
  return (await callForJson(call, adminKeyAnswer)).key
}

/** Throws as `switchKeyOff` does. */
export function switchKeyOn(id: string): Promise<Outcome> {
  return callForJson({ method: 'POST', path: `/admin/keys/${id}/switch-on` }, outcomeAnswer)
}

/** For good: it opens old mail, and nothing else. Throws as `switchKeyOff` does. */
export async function retireKey(id: string): Promise<AdminKey> {
  const call = { method: 'POST', path: `/admin/keys/${id}/retirement` } as const
  return (await callForJson(call, adminKeyAnswer)).key
}

/** What happened to it, its use apart, the newest first. */
export async function fetchKeyHistory(id: string): Promise<KeyEvent[]> {
  const call = { method: 'GET', path: `/admin/keys/${id}/history` } as const
  return (await callForJson(call, keyHistoryAnswer)).events
}
