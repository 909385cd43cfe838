import { z } from 'zod'
import { signInPolicySchema } from './admin/sign-in-policy.ts'
import { factorProof, hotpCode } from './factor-proof.ts'
import { attestation } from './passkeys.ts'
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
export const factorsAnswer = z.object({
  factors: z.array(ownFactor),
  /** How many are left. */
  recoveryCodes: z.number().int().nonnegative(),
  /** What the company takes. */
  allowed: signInPolicySchema.pick({ factors: true, recoveryCodes: true, leastPassword: true }),
})

/** What the user wants to call it. */
const factorName = z.string().trim().min(1).max(60)

/**
 * `POST /session/factors`: an app gets a seed made for it, a hardware token brings its own. For a passkey a factor was
 * shown when it was begun, and `challenge` names that (`POST /session/passkey-registrations`).
 */
export const addFactorRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('totp'), name: factorName, proof: factorProof }),
  z.object({
    kind: z.literal('hotp'),
    name: factorName,
    /** Base32 text of at least 128 bits (RFC 4226 §4, R6). */
    seed: z
      .string()
      .regex(/^[A-Z2-7]{26,102}$/i)
      .toUpperCase(),
    digits: z.literal([6, 8]).default(6),
    /** Where its next code stands. */
    counter: z.number().int().min(0).max(2_000_000_000).default(0),
    /** The next two in a row, which tell that the seed is right and find the counter a little ahead. */
    codes: z.tuple([hotpCode, hotpCode]).optional(),
    proof: factorProof,
  }),
  z.object({
    kind: z.literal('passkey'),
    name: factorName,
    challenge: idSchema,
    credential: attestation,
  }),
])
export type AddFactorRequest = z.infer<typeof addFactorRequest>

/** Answer, status 201. `seed` (base32 text) and `uri` (`otpauth:`) come with an app, and only now. */
export const addFactorAnswer = z.object({
  factor: ownFactor,
  seed: z.string().optional(),
  uri: z.string().optional(),
})

/**
 * `POST /session/factors/{id}/removal`, answered 204, and `POST /session/recovery-codes`: a factor is shown for it.
 * The one shown may be the one that goes.
 */
export const provenRequest = z.object({ proof: factorProof })

/** Answer, status 201: they take the place of all earlier ones, and are seen this once. */
export const recoveryCodesAnswer = z.object({ codes: z.array(z.string()) })
