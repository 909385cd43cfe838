import type { z } from 'zod'
import type { FactorProof } from '#shared/contract/factor-proof.ts'
import {
  addFactorAnswer,
  type AddFactorRequest,
  factorsAnswer,
  recoveryCodesAnswer,
} from '#shared/contract/factors.ts'
import { passkeyChallengeAnswer, passkeyRegistrationAnswer } from '#shared/contract/passkeys.ts'
import { devicesAnswer } from '#shared/contract/session.ts'
import { callForJson, callForNothing } from './call.ts'

export type Factors = z.output<typeof factorsAnswer>
export type Device = z.output<typeof devicesAnswer>['devices'][number]

/** What the user signs in with, besides the password. */
export function fetchFactors(): Promise<Factors> {
  return callForJson({ method: 'GET', path: '/session/factors' }, factorsAnswer)
}

/** Throws `factor/rejected`, `factor/locked`, `policy/denied`, `request/repeated` and what every call may. */
export function sendNewFactor(json: AddFactorRequest): Promise<z.output<typeof addFactorAnswer>> {
  return callForJson({ method: 'POST', path: '/session/factors', body: { json } }, addFactorAnswer)
}

/** Throws `factor/last`, `request/not-found`, and what is wrong with the proof. */
export function sendRemoval(id: string, proof: FactorProof): Promise<void> {
  const path = `/session/factors/${id}/removal`
  return callForNothing({ method: 'POST', path, body: { json: { proof } } })
}

/** New recovery codes; the earlier ones are good for nothing then. */
export async function makeRecoveryCodes(proof: FactorProof): Promise<string[]> {
  const call = {
    method: 'POST',
    path: '/session/recovery-codes',
    body: { json: { proof } },
  } as const
  return (await callForJson(call, recoveryCodesAnswer)).codes
}

/** A challenge for a passkey that is to be shown; in half a session too. Throws `policy/denied`, `quota/exceeded`. */
export function fetchPasskeyChallenge(): Promise<z.output<typeof passkeyChallengeAnswer>> {
  const call = { method: 'POST', path: '/session/passkey-challenges' } as const
  return callForJson(call, passkeyChallengeAnswer)
}

/** What the browser needs to make a passkey. */
export function beginPasskey(
  proof: FactorProof,
): Promise<z.output<typeof passkeyRegistrationAnswer>> {
  const path = '/session/passkey-registrations'
  return callForJson({ method: 'POST', path, body: { json: { proof } } }, passkeyRegistrationAnswer)
}

/** The user's other sessions end. */
export function changePassword(
  current: string,
  password: string,
  proof: FactorProof,
): Promise<void> {
  const json = { current, password, proof }
  return callForNothing({ method: 'POST', path: '/session/password-change', body: { json } })
}

/** Where the user is signed in, the newest first. */
export async function fetchDevices(): Promise<Device[]> {
  return (await callForJson({ method: 'GET', path: '/session/devices' }, devicesAnswer)).devices
}

export function endDevice(id: string): Promise<void> {
  return callForNothing({ method: 'DELETE', path: `/session/devices/${id}` })
}
