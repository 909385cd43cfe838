import { base64url, parseBase64url } from '#shared/base64.ts'
import type { PasskeyProof } from '#shared/contract/factor-proof.ts'
import type { Attestation } from '#shared/contract/passkeys.ts'
import type { CeremonyRow, PasskeyRow } from '../../../storage/schema.ts'
import { ALGORITHMS } from './options.ts'
import { relyingPartyAt } from './relying-party.ts'

/** Loaded when the first passkey is shown: it is large, and many companies have none. */
const library = () => import('@simplewebauthn/server')

/**
 * Checks an assertion (Web Authentication Level 3 §7.2): challenge, origin, RP ID, user verification, signature.
 * Whether its counter has moved on is for the caller to find out.
 * @returns the counter, null when the assertion does not hold
 */
export async function verifiedCounter(
  { challenge, origin }: CeremonyRow,
  passkey: PasskeyRow,
  { clientDataJSON, authenticatorData, signature }: PasskeyProof['credential']['response'],
): Promise<number | null> {
  const { verifyAuthenticationResponse } = await library()
  const { credentialId: id } = passkey
  const shown = { id, rawId: id, type: 'public-key', clientExtensionResults: {} } as const
  // It refuses by throwing, also what it cannot read.
  const verified = await verifyAuthenticationResponse({
    response: { ...shown, response: { clientDataJSON, authenticatorData, signature } },
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: relyingPartyAt(origin).id,
    credential: { id, publicKey: parseBase64url(passkey.publicKey), counter: 0 },
    requireUserVerification: true,
  }).catch(() => null)
  return verified?.verified === true ? verified.authenticationInfo.newCounter : null
}

/**
 * Checks a new passkey (Web Authentication Level 3 §7.1).
 * @returns what is kept of it, null when it does not hold
 */
export async function verifiedPasskey(
  { challenge, origin }: CeremonyRow,
  { id, rawId, response }: Attestation,
): Promise<Pick<PasskeyRow, 'credentialId' | 'publicKey' | 'counter' | 'transports'> | null> {
  const { verifyRegistrationResponse } = await library()
  const { clientDataJSON, attestationObject } = response
  const made = { id, rawId, type: 'public-key', clientExtensionResults: {} } as const
  const verified = await verifyRegistrationResponse({
    response: { ...made, response: { clientDataJSON, attestationObject } },
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: relyingPartyAt(origin).id,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => null)
  if (verified?.verified !== true) return null
  const { credential } = verified.registrationInfo
  if (credential.id !== id) return null
  return {
    credentialId: credential.id,
    publicKey: base64url(credential.publicKey),
    counter: credential.counter,
    transports: response.transports.join(' '),
  }
}
