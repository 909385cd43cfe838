import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import type { PasskeyProof } from '#shared/contract/factor-proof.ts'
import type {
  Attestation,
  PasskeyCreationOptions,
  PasskeyRequestOptions,
} from '#shared/contract/passkeys.ts'
import { PosternError } from '#shared/errors.ts'

/** Whether there can be passkeys here: in a browser that knows them, at a name. An address is none. */
export function canUsePasskeys(): boolean {
  const isAddress = /^[\d.]+$|^\[/.test(location.hostname)
  return browserSupportsWebAuthn() && !isAddress
}

/**
 * Has the browser ask the user for one of their passkeys.
 * @throws PosternError `operation/cancelled` when none was shown
 */
export async function showPasskey(
  optionsJSON: PasskeyRequestOptions,
): Promise<PasskeyProof['credential']> {
  const { id, rawId, type, response } = await startAuthentication({ optionsJSON }).catch(cancelled)
  const { clientDataJSON, authenticatorData, signature, userHandle } = response
  const shown = { clientDataJSON, authenticatorData, signature, userHandle }
  return { id, rawId, type: passkeyType(type), response: shown, clientExtensionResults: {} }
}

/**
 * Has the browser make a passkey.
 * @throws PosternError `operation/cancelled` when none was made, `request/repeated` when this device has one already
 */
export async function makePasskey(optionsJSON: PasskeyCreationOptions): Promise<Attestation> {
  const made = await startRegistration({ optionsJSON }).catch((error: unknown) => {
    if (nameOf(error) !== 'InvalidStateError') return cancelled(error)
    throw new PosternError('request/repeated', 'This device holds a passkey of yours already.')
  })
  const { clientDataJSON, attestationObject, transports = [] } = made.response
  const response = { clientDataJSON, attestationObject, transports }
  const { id, rawId, type } = made
  return { id, rawId, type: passkeyType(type), response, clientExtensionResults: {} }
}

/** Browsers do not tell why: the user said no, took too long, or has none here (Web Authentication Level 3 §14.5.2). */
function cancelled(cause: unknown): never {
  throw new PosternError('operation/cancelled', 'No passkey was shown.', { cause })
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

function passkeyType(type: string): 'public-key' {
  if (type === 'public-key') return type
  return cancelled(new TypeError(`a credential of type ${type}`))
}
