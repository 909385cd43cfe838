import type { z } from 'zod'
import { activityAnswer, type ActivityPage } from '#shared/contract/activity.ts'
import {
  approvalAnswer,
  type ApprovalAnswer,
  type ApprovalRequest,
} from '#shared/contract/approvals.ts'
import { directoryAnswer, trustAnswer } from '#shared/contract/directory.ts'
import {
  type Key,
  keysAnswer,
  type SignAnswer,
  signAnswer,
  type SignRequest,
  switchOffAnswer,
  type UnwrapAnswer,
  unwrapAnswer,
  type UnwrapRequest,
} from '#shared/contract/keys.ts'
import { base64url } from '#shared/base64.ts'
import type { Bytes } from '#shared/bytes.ts'
import { callForJson } from './call.ts'

/** The user's keys, present and past. */
export async function fetchKeys(): Promise<Key[]> {
  return (await callForJson({ method: 'GET', path: '/keys' }, keysAnswer)).keys
}

/** The company's trust anchors, DER. */
export async function fetchAnchors(): Promise<Bytes[]> {
  return (await callForJson({ method: 'GET', path: '/trust' }, trustAnswer)).anchors
}

/** Encryption certificates of an address with their chains, the preferred one first; none is an empty list. */
export async function fetchCertificates(address: string, signal?: AbortSignal): Promise<Bytes[][]> {
  const path = `/directory/certificates?address=${encodeURIComponent(address)}`
  const answer = await callForJson({ method: 'GET', path, signal }, directoryAnswer)
  return answer.certificates.map(({ chain }) => chain)
}

/** A page of the user's own log, newest first; `before` is the `next` of the page before, null for the first. */
export function fetchActivity(before: string | null): Promise<ActivityPage> {
  const path = before === null ? '/activity' : `/activity?before=${before}`
  return callForJson({ method: 'GET', path }, activityAnswer)
}

/** Switches off every key of the user. Throws `audit/unavailable` and what every call may. */
export function switchKeysOff(): Promise<z.output<typeof switchOffAnswer>> {
  return callForJson({ method: 'POST', path: '/keys/switch-off' }, switchOffAnswer)
}

/** `idempotencyKey`: a call that is repeated with the same one, after the network was lost, is done once. */
type Repeatable = { readonly signal: AbortSignal; readonly idempotencyKey: string }

/** Has the token unwrap one content key, sealed to this page. Throws `key/*`, `approval/*`, `quota/exceeded`, `hsm/*`. */
export function unwrapContentKey(
  keyId: string,
  request: UnwrapRequest,
  how: Repeatable,
): Promise<UnwrapAnswer> {
  const call = {
    method: 'POST',
    path: `/keys/${keyId}/unwrap`,
    body: { json: onWire(request) },
  } as const
  return callForJson({ ...call, ...how }, unwrapAnswer)
}

/** Has the token sign a message digest, with attributes made by the key service. Throws as `unwrapContentKey`. */
export function signDigest(
  keyId: string,
  request: SignRequest,
  how: Repeatable,
): Promise<SignAnswer> {
  const call = {
    method: 'POST',
    path: `/keys/${keyId}/sign`,
    body: { json: onWire(request) },
  } as const
  return callForJson({ ...call, ...how }, signAnswer)
}

/** Approves what a key is to do. Throws `key/*`, `policy/denied`, and what is wrong with the proof. */
export function sendApproval(request: ApprovalRequest): Promise<ApprovalAnswer> {
  const call = { method: 'POST', path: '/approvals', body: { json: onWire(request) } } as const
  return callForJson(call, approvalAnswer)
}

/** The same value with every byte array as base64url, as the contract has it on the wire. */
function onWire(value: unknown): unknown {
  if (value instanceof Uint8Array) return base64url(value)
  if (Array.isArray(value)) return value.map(onWire)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, onWire(inner)]))
}
