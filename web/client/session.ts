import type { FactorProof } from '#shared/contract/factor-proof.ts'
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
