import { z } from 'zod'
import { idSchema, instantSchema } from './wire.ts'

/** An app, a hardware token or a passkey of the user. */
export const ownFactor = z.object({
  id: idSchema,
  kind: z.enum(['totp', 'hotp', 'passkey']),
  /** What its user calls it. */
  name: z.string(),
  createdAt: instantSchema,
  /** Null until it has proven to work. */
  lastUsedAt: instantSchema.nullable(),
})
export type OwnFactor = z.infer<typeof ownFactor>

/** `GET /session/factors` */
export const factorsAnswer = z.object({ factors: z.array(ownFactor) })
