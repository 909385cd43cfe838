import { z } from 'zod'

/** `POST /session/enrolment`: a user sets what they sign in with, by the code that an administrator handed them. */
export const enrolRequest = z.object({
  username: z.string().min(1).max(64),
  code: z.string().min(16).max(40),
  password: z.string().min(8).max(1024), // NIST SP 800-63B §5.1.1.2
})
export type EnrolRequest = z.infer<typeof enrolRequest>

/** Answer: an authenticator app's seed (base32 text) and its address (`otpauth:`), seen this once. */
export const enrolAnswer = z.object({ seed: z.string(), uri: z.string() })
