import type { FactorProof } from '#shared/contract/factor-proof.ts'
import { openIdAnswer, type Ways, waysAnswer } from '#shared/contract/openid.ts'
import {
  type Session,
  sessionSchema,
  type SignInAnswer,
  signInAnswer,
} from '#shared/contract/session.ts'
import { callForJson, callForNothing } from './call.ts'

/** First step of signing in. Throws `factor/rejected`, `factor/locked` and what every call may. */
export function sendPassword(
  username: string,
  password: string,
  device: string,
): Promise<SignInAnswer> {
  const json = { username, password, device }
  return callForJson({ method: 'POST', path: '/session/password', body: { json } }, signInAnswer)
}

/** Second step: a factor is shown. Throws as the first does. */
export function sendFactor(json: FactorProof): Promise<SignInAnswer> {
  return callForJson({ method: 'POST', path: '/session/factor', body: { json } }, signInAnswer)
}

/** How one can sign in here, and what is still to be shown. */
export function fetchWays(): Promise<Ways> {
  return callForJson({ method: 'GET', path: '/session/ways' }, waysAnswer)
}

/** Where the browser goes to sign in elsewhere. Throws `openid/unreachable`. */
export async function beginOpenId(device: string): Promise<string> {
  const call = { method: 'POST', path: '/session/openid', body: { json: { device } } } as const
  return (await callForJson(call, openIdAnswer)).url
}

/** Who is signed in. Asking does not keep the session alive. Throws `session/required`, `session/expired`. */
export function fetchSession(): Promise<Session> {
  return callForJson({ method: 'GET', path: '/session' }, sessionSchema)
}

/** Begins the idle time anew. */
export function extendSession(): Promise<Session> {
  return callForJson({ method: 'POST', path: '/session/extend' }, sessionSchema)
}

export function endSession(): Promise<void> {
  return callForNothing({ method: 'DELETE', path: '/session' })
}
