import { z } from 'zod'
import { idSchema, instantSchema } from './wire.ts'

/** `GET /activity`: the user's own log, newest first. */
export const activitySchema = z.object({
  at: instantSchema,
  what: z.enum(['sign-in', 'sign-out', 'unwrap', 'sign', 'key-switched-off', 'key-switched-on']),
  outcome: z.enum(['done', 'refused', 'failed', 'unknown']),
  /** The code, where it was refused or failed. */
  code: z.string().nullable(),
  key: idSchema.nullable(),
  device: z.string().nullable(),
})
export type Activity = z.infer<typeof activitySchema>
export const activityAnswer = z.object({ activity: z.array(activitySchema) })
