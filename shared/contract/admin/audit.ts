import { z } from 'zod'
import { idSchema, instantSchema } from '../wire.ts'

/** A place in the audit: the writer and the number of an entry. */
const place = z.string().regex(/^[A-Za-z0-9_-]{22}\.\d{1,10}$/)

/** `GET /admin/audit?before={next}`: what is absent does not matter; `since` and `until` are both included. */
export const auditQuery = z.object({
  /** A username. */
  user: z.string().min(1).max(64).optional(),
  key: idSchema.optional(),
  /** A session: what was done from one device. */
  session: idSchema.optional(),
  operation: z.string().min(1).max(64).optional(),
  /** Of a refusal or a failure, like `key/disabled`. */
  code: z.string().min(1).max(64).optional(),
  action: z.string().min(1).max(40).optional(),
  outcome: z.enum(['done', 'refused', 'failed']).optional(),
  since: instantSchema.optional(),
  until: instantSchema.optional(),
  before: place.optional(),
})

/** An entry as it was written: of an operation the intent and the result are two, with one `operation`. */
const auditEntrySchema = z.object({
  place,
  at: instantSchema,
  phase: z.enum(['intent', 'result', 'event']),
  action: z.string(),
  operation: z.string(),
  outcome: z.enum(['done', 'refused', 'failed']).nullable(),
  code: z.string().nullable(),
  /** Who acted, where it was not the user whom it concerns. */
  actor: z.string().nullable(),
  /** The username of whom it concerns. */
  user: z.string().nullable(),
  session: z.string().nullable(),
  key: z.string().nullable(),
})

/** The newest first; `next` is the next `before`. */
export const auditAnswer = z.object({
  entries: z.array(auditEntrySchema),
  next: place.nullable(),
})
export type AuditPage = z.infer<typeof auditAnswer>
