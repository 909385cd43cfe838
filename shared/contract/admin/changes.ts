import { z } from 'zod'
import { factorProof } from '../factor-proof.ts'
import { keyPolicySchema } from '../key-policy.ts'
import { role } from '../session.ts'
import { idSchema, instantSchema } from '../wire.ts'
import { settingsSection } from './settings.ts'

/**
 * `open`: a second administrator is waited for, or, for the only one of a company, a time. `refused`: it was to be
 * done, and could not be any more.
 */
export const changeState = z.enum(['open', 'done', 'withdrawn', 'expired', 'refused'])
export type ChangeState = z.infer<typeof changeState>

/** What exactly is to be done. Whatever lets more happen than before is here; the opposite is done at once. */
export const changeContent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('switch-key-on'), key: idSchema }),
  z.object({ kind: z.literal('give-roles'), user: idSchema, roles: z.array(role) }),
  z.object({
    kind: z.literal('loosen-settings'),
    section: settingsSection,
    /** The members that are to be different. */
    change: z.record(z.string(), z.unknown()),
  }),
  z.object({
    kind: z.literal('loosen-key-policy'),
    key: idSchema,
    /** The members that are to be different. */
    change: keyPolicySchema.partial(),
  }),
])
export type ChangeContent = z.infer<typeof changeContent>

/** A change for two administrators. People are named as the audit names them: `administrator carol`, `root`. */
export const changeSchema = z.object({
  id: idSchema,
  content: changeContent,
  /** The username of whose key or account it is about. */
  user: z.string().nullable(),
  state: changeState,
  /** Why it was refused. */
  code: z.string().nullable(),
  proposedBy: z.string(),
  proposedAt: instantSchema,
  /** The usernames of the administrators who stand behind it so far. */
  administrators: z.array(z.string()).max(2),
  /** When it acts by itself: in a company with a single administrator, else null. */
  actsAt: instantSchema.nullable(),
  expiresAt: instantSchema,
  settledBy: z.string().nullable(),
  settledAt: instantSchema.nullable(),
  /** Whether it is for the caller to confirm. */
  mayConfirm: z.boolean(),
})
export type Change = z.infer<typeof changeSchema>

/** `GET /admin/changes`: the open ones, then what became of the last hundred, the newest first. */
export const changesAnswer = z.object({ changes: z.array(changeSchema) })

/** `POST /admin/changes/{id}/confirmation`: a factor is shown for this one change. */
export const confirmChangeRequest = z.object({ proof: factorProof })

/** Answer to it, and to `POST /admin/changes/{id}/withdrawal`. */
export const changeAnswer = z.object({ change: changeSchema })

/** Answer to what may take two: it is done, or now waits to be confirmed. */
export const outcomeAnswer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('done') }),
  z.object({ state: z.literal('proposed'), change: changeSchema }),
])
export type Outcome = z.infer<typeof outcomeAnswer>
