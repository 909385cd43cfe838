import { z } from 'zod'
import { idSchema, instantSchema } from './wire.ts'

/** An operation, sign-in or sign-out of the user, or what was done to a key of theirs or to what they sign in with. */
export const activitySchema = z.object({
  at: instantSchema,
  what: z.enum([
    'sign-in',
    'sign-out',
    'unwrap',
    'sign',
    'approval-made',
    'alarm',
    'key-switched-off',
    'key-switched-on',
    'key-retired',
    'key-policy-changed',
    'factor-added',
    'factor-removed',
    'recovery-codes-made',
    'passkey-copied',
    'openid-linked',
    'password-set',
    'sign-in-reset',
    'roles-set',
    'settings-set',
    'change-proposed',
    'change-confirmed',
    'change-withdrawn',
  ]),
  outcome: z.enum(['done', 'refused', 'failed', 'unknown']),
  /** The code, where it was refused or failed. */
  code: z.string().nullable(),
  key: idSchema.nullable(),
  device: z.string().nullable(),
})
export type Activity = z.infer<typeof activitySchema>

/** `GET /activity?before={next}`: the user's own log, newest first; `next` is the next `before`. */
export const activityQuery = z.object({ before: idSchema.optional() })
export const activityAnswer = z.object({
  activity: z.array(activitySchema),
  next: idSchema.nullable(),
})
export type ActivityPage = z.infer<typeof activityAnswer>
