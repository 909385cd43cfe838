import { z } from 'zod'
import { keyPolicySchema } from '../key-policy.ts'
import { keyAlgorithm, keyPurpose, keyStatus } from '../keys.ts'
import { idSchema, instantSchema } from '../wire.ts'

/** A key of somebody, as administrators and auditors see it. */
export const adminKeySchema = z.object({
  id: idSchema,
  /** A username. */
  user: z.string(),
  purpose: keyPurpose,
  algorithm: keyAlgorithm,
  status: keyStatus,
  createdAt: instantSchema,
  policy: keyPolicySchema,
})
export type AdminKey = z.infer<typeof adminKeySchema>

/** `GET /admin/keys`: what is absent does not matter. */
export const adminKeysQuery = z.object({
  /** A username. */
  user: z.string().min(1).max(64).optional(),
  purpose: keyPurpose.optional(),
  status: keyStatus.optional(),
})

/** By username, each one's newest first. */
export const adminKeysAnswer = z.object({ keys: z.array(adminKeySchema) })

/** `POST /admin/keys`: a key in the token, certified by the company's own authority. */
export const createKeyRequest = z.object({
  /** A username. */
  user: z.string().min(1).max(64),
  purpose: keyPurpose,
  algorithm: keyAlgorithm,
})

/** Answer to it (status 201), and to `POST /admin/keys/{id}/switch-off` and `…/retirement`. */
export const adminKeyAnswer = z.object({ key: adminKeySchema })

/**
 * `PATCH /admin/keys/{id}/policy`: the members that are to be different. What loosens takes a second administrator: see
 * `outcomeAnswer`.
 */
export const setPolicyRequest = z.strictObject(keyPolicySchema.partial().shape)

/** What happened to a key or to somebody's keys, from the audit. */
export const keyEventSchema = z.object({
  at: instantSchema,
  key: idSchema,
  what: z.string(),
  outcome: z.enum(['done', 'refused', 'failed', 'unknown']),
  code: z.string().nullable(),
  /** Who did it, as the audit names them: `administrator carol`, `root`, or a username for its owner. */
  by: z.string().nullable(),
})
export type KeyEvent = z.infer<typeof keyEventSchema>

/** `GET /admin/keys/{id}/history`: everything but its use, the newest first. */
export const keyHistoryAnswer = z.object({ events: z.array(keyEventSchema) })
