import { base64url } from '#shared/base64.ts'
import { utf8 } from '#shared/bytes.ts'
import type { PasskeyCreationOptions, PasskeyRequestOptions } from '#shared/contract/passkeys.ts'
import type { CeremonyRow, PasskeyRow, UserRow } from '../../../storage/schema.ts'
import { CEREMONY_SECONDS } from './ceremony.ts'
import { relyingPartyAt } from './relying-party.ts'

/** EdDSA, ES256 and RS256 (RFC 9053 §2, RFC 8812 §2), the preferred one first. */
export const ALGORITHMS = [-8, -7, -257]
const timeout = CEREMONY_SECONDS * 1000

/** What the browser is asked, to have one of these passkeys shown. */
export function requestOptions(
  { challenge, origin }: CeremonyRow,
  passkeys: readonly PasskeyRow[],
): PasskeyRequestOptions {
  return {
    challenge,
    rpId: relyingPartyAt(origin).id,
    allowCredentials: passkeys.map(descriptor),
    userVerification: 'required',
    timeout,
  }
}

/** What the browser is asked, to have a passkey made where there is none of these yet. */
export function creationOptions(
  { challenge, origin }: CeremonyRow,
  user: UserRow,
  passkeys: readonly PasskeyRow[],
): PasskeyCreationOptions {
  return {
    rp: { id: relyingPartyAt(origin).id, name: 'Postern' },
    user: { id: userHandle(user), name: user.username, displayName: user.name },
    challenge,
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout,
    excludeCredentials: passkeys.map(descriptor),
    authenticatorSelection: {
      residentKey: 'preferred',
      requireResidentKey: false,
      userVerification: 'required',
    },
    attestation: 'none', // which maker's it is does not matter to us, and tells something about the user
  }
}

/** What the authenticator keeps of the user: nothing that names them (Web Authentication Level 3 §14.6.1). */
export function userHandle({ id }: UserRow): string {
  return base64url(utf8(id))
}

function descriptor({ credentialId, transports }: PasskeyRow) {
  const id = credentialId
  return { type: 'public-key', id, transports: transports.split(' ').filter(Boolean) } as const
}
