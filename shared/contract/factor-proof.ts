import { z } from 'zod'
import { idSchema } from './wire.ts'

/** What can stand beside a password. `recovery` is a code from the paper in the drawer, each good once. */
export const factorKind = z.enum(['totp', 'hotp', 'passkey', 'recovery'])
export type FactorKind = z.infer<typeof factorKind>

/** Bytes as base64url that are handed on as they are; `most` counts characters. */
export function base64urlText(most: number) {
  return z
    .string()
    .max(most)
    .regex(/^[A-Za-z0-9_-]*$/)
}

/** WebAuthn `AuthenticationResponseJSON` (Web Authentication Level 3 §5.1.8), as far as it is looked at. */
const assertion = z.object({
  id: base64urlText(1400), // a credential id has at most 1023 octets
  rawId: base64urlText(1400),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64urlText(4096),
    authenticatorData: base64urlText(2048),
    signature: base64urlText(2048),
    userHandle: base64urlText(128).optional(),
  }),
  clientExtensionResults: z.object({}).default({}),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional(),
})

/** Six digits of an authenticator app (RFC 6238). */
const totpProof = z.object({ kind: z.literal('totp'), code: z.string().regex(/^\d{6}$/) })

/** What a hardware token shows. */
export const hotpCode = z.string().regex(/^\d{6}(\d{2})?$/)

/**
 * The code of a hardware token (RFC 4226). `next`, the code that follows it, finds a token again whose button
 * was pressed too often (RFC 4226 §7.4).
 */
const hotpProof = z.object({ kind: z.literal('hotp'), code: hotpCode, next: hotpCode.optional() })

/** Letters in any case, with or without hyphens and blanks. */
const recoveryProof = z.object({ kind: z.literal('recovery'), code: z.string().min(16).max(40) })

/** `challenge` names the one that was given out for this session (`POST /session/passkey-challenges`). */
const passkeyProof = z.object({
  kind: z.literal('passkey'),
  challenge: idSchema,
  credential: assertion,
})

/** A factor shown now: for signing in, for an approval, for changing factors. Good for one of them. */
export const factorProof = z.discriminatedUnion('kind', [
  totpProof,
  hotpProof,
  recoveryProof,
  passkeyProof,
])
export type FactorProof = z.infer<typeof factorProof>
export type PasskeyProof = z.infer<typeof passkeyProof>
