import { z } from 'zod'
import { base64urlText, factorProof } from './factor-proof.ts'
import { idSchema } from './wire.ts'

const credentialId = base64urlText(1400) // at most 1023 octets

const credentialDescriptor = z.object({
  type: z.literal('public-key'),
  id: credentialId,
  transports: z.array(z.string()),
})

/** WebAuthn `PublicKeyCredentialRequestOptionsJSON` (Web Authentication Level 3 §5.1.10), as far as it is given. */
const requestOptions = z.object({
  challenge: base64urlText(64),
  rpId: z.string(),
  allowCredentials: z.array(credentialDescriptor),
  userVerification: z.literal('required'),
  /** Milliseconds. */
  timeout: z.number().int(),
})
export type PasskeyRequestOptions = z.infer<typeof requestOptions>

/** WebAuthn `PublicKeyCredentialCreationOptionsJSON` (Web Authentication Level 3 §5.1.9), as far as it is given. */
const creationOptions = z.object({
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: base64urlText(88), name: z.string(), displayName: z.string() }),
  challenge: base64urlText(64),
  pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.number().int() })),
  timeout: z.number().int(),
  excludeCredentials: z.array(credentialDescriptor),
  authenticatorSelection: z.object({
    residentKey: z.literal('preferred'),
    requireResidentKey: z.literal(false),
    userVerification: z.literal('required'),
  }),
  attestation: z.literal('none'),
})
export type PasskeyCreationOptions = z.infer<typeof creationOptions>

/**
 * Answer to `POST /session/passkey-challenges`, status 201: what `navigator.credentials.get` takes. `challenge` names
 * it in the proof; good once, in this session, for five minutes.
 */
export const passkeyChallengeAnswer = z.object({ challenge: idSchema, options: requestOptions })

/** `POST /session/passkey-registrations`: a factor is shown for a passkey that is to be made. */
export const passkeyRegistrationRequest = z.object({ proof: factorProof })

/** Answer, status 201: what `navigator.credentials.create` takes. `POST /session/factors` brings what came of it. */
export const passkeyRegistrationAnswer = z.object({ challenge: idSchema, options: creationOptions })

/** WebAuthn `RegistrationResponseJSON` (Web Authentication Level 3 §5.1), as far as it is looked at. */
export const attestation = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64urlText(4096),
    attestationObject: base64urlText(6144),
    transports: z
      .array(z.string().regex(/^[a-z-]{1,32}$/))
      .max(10)
      .default([]),
  }),
  clientExtensionResults: z.object({}).default({}),
})
export type Attestation = z.output<typeof attestation>
