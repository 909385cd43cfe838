import { z } from 'zod'

const HOUR = 60
const LONGEST_SESSION = 12 * HOUR // minutes: no approval outlives its session
const MOST_USES = 50 // of one approval: as many as a batch has
const MOST_OPERATIONS = 1_000_000_000 // beyond what any token does in a day
const MOST_DAYS = 30

const operations = z.number().int().min(0).max(MOST_OPERATIONS)

/** `each-use`: a code for exactly what is signed or opened. `period`: a code, then none for a while. */
const approvalMode = z.enum(['none', 'each-use', 'period'])
export type ApprovalMode = z.infer<typeof approvalMode>

/** How a key may be used, as its company decided. */
export const keyPolicySchema = z.object({
  approval: approvalMode,
  /** How long an approval is good; none outlives its session. */
  approvalMinutes: z.number().int().min(1).max(LONGEST_SESSION),
  /** How many uses an approval `each-use` is good for; all of them are of the digests that it names. */
  approvalUses: z.number().int().min(1).max(MOST_USES),
  /** Uses in any 24 hours that need no approval, where the mode is `none`; null: all of them. */
  approvalAbove: operations.nullable(),
  /** Uses in any 60 seconds and in any 24 hours. */
  perMinute: operations,
  perDay: operations,
  /** How long a device may keep what it opened readable without the server; 0: not at all. */
  offlineDays: z.number().int().min(0).max(MOST_DAYS),
  /** Signs only for who says what the user saw: the subject, and at least one recipient. */
  requireContent: z.boolean(),
})
export type KeyPolicy = z.infer<typeof keyPolicySchema>
