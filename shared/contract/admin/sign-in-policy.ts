import { z } from 'zod'

const ownFactorKind = z.enum(['totp', 'hotp', 'passkey'])

/** How users may sign in, and for how long. */
export const signInPolicySchema = z.object({
  /** What may stand beside the password, and be enrolled. */
  factors: z.array(ownFactorKind).min(1).max(3).default(ownFactorKind.options),
  /** Whether codes that were written down stand in for what is lost. */
  recoveryCodes: z.boolean().default(true),
  /** A session that is not used ends after that. */
  idleMinutes: z
    .number()
    .int()
    .min(1)
    .max(24 * 60)
    .default(15),
  /** Every session ends after that. */
  absoluteHours: z
    .number()
    .int()
    .min(1)
    .max(7 * 24)
    .default(12),
  /** Whether Postern's own passwords are taken, where there is OpenID Connect beside them. */
  passwords: z.boolean().default(true),
  /** Characters that a new password has to have. */
  leastPassword: z.number().int().min(8).max(128).default(8), // NIST SP 800-63B §5.1.1.2
  /** What a sign-in by OpenID Connect stands for: the password, or the password and what is shown beside it. */
  openIdCountsAs: z.enum(['first', 'both']).default('first'),
  /** Whether a verified address that is a user's own ties somebody's account at the provider to that user. */
  openIdLinksByAddress: z.boolean().default(false),
})
export type SignInPolicy = z.output<typeof signInPolicySchema>

/** Whether anybody could sign in, or stay, who could not before. */
export function signInLoosens(before: SignInPolicy, after: SignInPolicy): boolean {
  return (
    after.factors.some((kind) => !before.factors.includes(kind)) ||
    (after.recoveryCodes && !before.recoveryCodes) ||
    after.idleMinutes > before.idleMinutes ||
    after.absoluteHours > before.absoluteHours ||
    (after.passwords && !before.passwords) ||
    after.leastPassword < before.leastPassword ||
    (after.openIdCountsAs === 'both' && before.openIdCountsAs === 'first') ||
    (after.openIdLinksByAddress && !before.openIdLinksByAddress)
  )
}
