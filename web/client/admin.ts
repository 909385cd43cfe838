import type { z } from 'zod'
import { auditAnswer, type AuditPage, type auditQuery } from '#shared/contract/admin/audit.ts'
import { type Outcome, outcomeAnswer } from '#shared/contract/admin/changes.ts'
import { hsmAnswer } from '#shared/contract/admin/hsm.ts'
import {
  type Settings,
  settingsAnswer,
  type SettingsSection,
} from '#shared/contract/admin/settings.ts'
import { callForJson } from './call.ts'

/** What the audit is searched for; what is absent does not matter. */
export type AuditQuery = z.input<typeof auditQuery>

/** A page of the audit, the newest entry first. Throws `request/malformed`, `request/not-found` without a role. */
export function fetchAudit(query: AuditQuery, signal?: AbortSignal): Promise<AuditPage> {
  const asked = Object.entries(query).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  )
  const search = new URLSearchParams(asked).toString()
  return callForJson({ method: 'GET', path: `/admin/audit?${search}`, signal }, auditAnswer)
}

/** How the token does. Throws as `fetchAudit` does. */
export function fetchKeyStore(): Promise<z.output<typeof hsmAnswer>> {
  return callForJson({ method: 'GET', path: '/admin/hsm' }, hsmAnswer)
}

/** What the company decided for itself. */
export async function fetchSettings(): Promise<Settings> {
  return (await callForJson({ method: 'GET', path: '/admin/settings' }, settingsAnswer)).settings
}

/** Decides anew about some members of a section. Throws `policy/denied`, `request/malformed`. */
export function setSettings(
  section: SettingsSection,
  change: Readonly<Record<string, unknown>>,
): Promise<Outcome> {
  const path = `/admin/settings/${section}`
  return callForJson({ method: 'PATCH', path, body: { json: change } }, outcomeAnswer)
}
