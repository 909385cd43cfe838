import { z } from 'zod'
import { factorKind } from './factor-proof.ts'

/** `GET /session/ways`: how one can sign in here. */
export const waysAnswer = z.object({
  /** Whether passwords are taken. */
  passwords: z.boolean(),
  /** Where else one can sign in, by its name. */
  openId: z.object({ name: z.string() }).nullable(),
  /** In half a session: what is still to be shown, one of these. */
  factors: z.array(factorKind).nullable(),
})
export type Ways = z.infer<typeof waysAnswer>

/** `POST /session/openid`: begins a sign-in there. */
export const openIdRequest = z.object({ device: z.string().max(80).default('Unnamed device') })

/** Answer: where the browser goes. It comes back to `GET /session/openid/callback`. */
export const openIdAnswer = z.object({ url: z.url() })

/**
 * Why a sign-in elsewhere opened nothing: the page that the browser is led back to has it in its address, as
 * `/?sign-in=unknown`. `factor` is none: what is shown beside the password is still to come.
 */
export const openIdRefusal = z.enum([
  'denied',
  'failed',
  'late',
  'unreachable',
  'unknown',
  'no-factor',
])
export type OpenIdRefusal = z.infer<typeof openIdRefusal>
