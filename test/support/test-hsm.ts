import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto'
import type { HsmLog, LogFields } from '#api/hsm/log.ts'
import type { Hsm, TokenKey, UnwrapRequest } from '#api/hsm/port.ts'
import { type HsmTimes, startHsm } from '#api/hsm/supervisor.ts'
import { base64url } from '#shared/base64.ts'
import { type Bytes, utf8 } from '#shared/bytes.ts'
import type { KeyAlgorithm, KeyPurpose, Recipient } from '#shared/contract/keys.ts'
import { createSessionKey } from '#shared/hpke.ts'
import type { SoftToken } from './soft-token.ts'

export type LoggedEvent = { readonly event: string; readonly fields: LogFields }

/** A log that keeps what it is told. */
export function keepLog(): HsmLog & { readonly events: LoggedEvent[] } {
  const events: LoggedEvent[] = []
  const keep = (event: string, fields: LogFields) => void events.push({ event, fields })
  return { events, info: keep, warn: keep }
}

const PATIENT = { start: 20_000, patience: 15_000, queue: 20_000 } // a busy machine is no failure

/** Starts the HSM on a test's own token. */
export function startTestHsm(
  token: SoftToken,
  options: {
    log?: HsmLog
    times?: Partial<HsmTimes>
    pin?: string
    onWrongPin?: () => void
  } = {},
): Promise<Hsm> {
  const { modulePath, environment, label: tokenLabel } = token
  const { log = keepLog(), pin = token.pin, onWrongPin = () => undefined } = options
  const times = { ...PATIENT, ...options.times }
  return startHsm({ modulePath, environment, tokenLabel, pin, log, times, onWrongPin })
}

/** A key with a fresh id, as its row would name it. */
export function newKey(purpose: KeyPurpose, algorithm: KeyAlgorithm): TokenKey {
  return { id: base64url(randomBytes(16)), purpose, algorithm }
}

/** A key made in the token, with its public half for node:crypto. */
export async function makeKey(
  hsm: Hsm,
  purpose: KeyPurpose,
  algorithm: KeyAlgorithm,
): Promise<{ key: TokenKey; publicKey: KeyObject }> {
  const key = newKey(purpose, algorithm)
  return { key, publicKey: toPublicKey((await hsm.generateKey({ key })).spki) }
}

export function toPublicKey(spki: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
}

/** Unwraps as a browser would: sealed to a session's key, and opened there. */
export async function unwrapFor(
  hsm: Hsm,
  key: TokenKey,
  recipient: Recipient,
  contentKeyBytes: UnwrapRequest['contentKeyBytes'],
): Promise<Bytes> {
  const session = await createSessionKey()
  const context = utf8('session\nkey\ndigest\noperation')
  const request = { key, recipient, contentKeyBytes, sealTo: session.publicKey, context }
  return session.open({ ...(await hsm.unwrap(request)), context })
}
