import type { z } from 'zod'
import { type Outcome, outcomeAnswer } from '#shared/contract/admin/changes.ts'
import {
  createUserAnswer,
  type createUserRequest,
  enrolmentAnswer,
  type User,
  usersAnswer,
} from '#shared/contract/admin/users.ts'
import { enrolAnswer, type EnrolRequest } from '#shared/contract/enrolment.ts'
import type { Role } from '#shared/contract/session.ts'
import { callForJson, callForNothing } from './call.ts'

/** Everybody who is or was there. Throws `request/not-found` without a role, and what every call may. */
export async function fetchUsers(): Promise<User[]> {
  return (await callForJson({ method: 'GET', path: '/admin/users' }, usersAnswer)).users
}

/** Somebody new, and the code that they begin with. Throws `user/taken`, `policy/denied`. */
export function createUser(
  json: z.input<typeof createUserRequest>,
): Promise<z.output<typeof createUserAnswer>> {
  return callForJson({ method: 'POST', path: '/admin/users', body: { json } }, createUserAnswer)
}

/** Throws `user/last-admin`, `policy/denied`. */
export function setRoles(id: string, roles: readonly Role[]): Promise<Outcome> {
  const body = { json: { roles } }
  return callForJson({ method: 'PATCH', path: `/admin/users/${id}`, body }, outcomeAnswer)
}

/** Takes away what they sign in with; the code lets them begin anew. Throws `policy/denied`. */
export async function renewSignIn(id: string): Promise<z.output<typeof enrolmentAnswer>> {
  return callForJson({ method: 'POST', path: `/admin/users/${id}/enrolment` }, enrolmentAnswer)
}

/** Throws `user/last-admin`, `policy/denied`. */
export function removeUser(id: string): Promise<void> {
  return callForNothing({ method: 'DELETE', path: `/admin/users/${id}` })
}

/** Sets what one signs in with, by a code from an administrator. Throws `factor/rejected`, `factor/locked`. */
export function enrol(json: EnrolRequest): Promise<z.output<typeof enrolAnswer>> {
  return callForJson({ method: 'POST', path: '/session/enrolment', body: { json } }, enrolAnswer)
}
