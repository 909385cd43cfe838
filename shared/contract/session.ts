import { z } from 'zod'
import { factorKind, factorProof } from './factor-proof.ts'
import { idSchema, instantSchema } from './wire.ts'

/** What somebody may do for others: change, or only read. */
export const role = z.enum(['admin', 'auditor'])
export type Role = z.infer<typeof role>

/** `POST /session/password` */
export const passwordRequest = z.object({
  username: z.string().min(1).max(64),
  password: z.string().min(1).max(1024),
  /** What the user calls this device, shown in their list of sessions. */
  device: z.string().max(80).default('Unnamed device'),
})

/** `POST /session/factor` */
export const factorRequest = factorProof

/** `POST /session/password-change`, answered 204: the present password, the new one, and a factor that is shown now. */
export const changePasswordRequest = z.object({
  current: z.string().min(1).max(1024),
  password: z.string().min(8).max(1024), // NIST SP 800-63B §5.1.1.2
  proof: factorProof,
})
export type ChangePasswordRequest = z.infer<typeof changePasswordRequest>

/** Who is signed in, and until when. The id is public: it names the session, the cookie opens it. */
export const sessionSchema = z.object({
  id: idSchema,
  user: z.object({ username: z.string(), name: z.string(), address: z.string() }),
  roles: z.array(role),
  device: z.string(),
  idleExpiresAt: instantSchema,
  absoluteExpiresAt: instantSchema,
  /** The server's clock, so that a countdown holds on a device whose own is wrong. */
  now: instantSchema,
})
export type Session = z.infer<typeof sessionSchema>

/** Answer to both sign-in steps. */
export const signInAnswer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('factor-required'), factors: z.array(factorKind) }),
  z.object({ state: z.literal('signed-in'), session: sessionSchema }),
])
export type SignInAnswer = z.infer<typeof signInAnswer>

/** `GET /session/devices`: the user's open sessions, the newest first. `DELETE /session/devices/{id}` ends one. */
export const devicesAnswer = z.object({
  devices: z.array(
    z.object({
      id: idSchema,
      device: z.string(),
      signedInAt: instantSchema,
      lastSeenAt: instantSchema,
      expiresAt: instantSchema,
      /** The session that asks. */
      current: z.boolean(),
    }),
  ),
})
