import { z } from 'zod'
import { signInPolicySchema } from './sign-in-policy.ts'

const minutes = z.number().int().min(1)

/** What the company decides for itself, section by section. Each has a default; members are bounded. */
export const SETTINGS = {
  /** Changes that take two administrators. */
  changes: z.object({
    /** How long the only administrator of a company waits before a change acts. */
    waitMinutes: minutes.max(7 * 24 * 60).default(24 * 60),
    /** After that an unconfirmed change is forgotten. */
    expiryHours: z
      .number()
      .int()
      .min(1)
      .max(30 * 24)
      .default(72),
  }),
  signIn: signInPolicySchema,
} as const
export type SettingsSection = keyof typeof SETTINGS
export const settingsSection = z.enum(
  Object.keys(SETTINGS) as [SettingsSection, ...SettingsSection[]],
)
export type Settings = { [S in SettingsSection]: z.output<(typeof SETTINGS)[S]> }

/** `GET /admin/settings` */
export const settingsAnswer = z.object({ settings: z.object(SETTINGS) })

/**
 * `PATCH /admin/settings/{section}`: the members that are to be different. What loosens takes a second administrator:
 * see `outcomeAnswer`.
 */
export const setSettingsRequest = z.record(z.string(), z.unknown())
