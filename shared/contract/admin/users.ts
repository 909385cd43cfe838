import { z } from 'zod'
import { factorKind } from '../factor-proof.ts'
import { role } from '../session.ts'
import { idSchema, instantSchema } from '../wire.ts'

/** `removed`: a name in the audit, who can do nothing any more. */
export const userStatus = z.enum(['active', 'removed'])
export type UserStatus = z.infer<typeof userStatus>

/** Somebody of the company, as administrators and auditors see them. */
export const userSchema = z.object({
  id: idSchema,
  username: z.string(),
  name: z.string(),
  address: z.string(),
  roles: z.array(role),
  status: userStatus,
  createdAt: instantSchema,
  /** False until they have set one. */
  hasPassword: z.boolean(),
  factors: z.array(
    z.object({ kind: factorKind, name: z.string(), lastUsedAt: instantSchema.nullable() }),
  ),
  /** How many are left. */
  recoveryCodes: z.number().int().nonnegative(),
  /** How many keys they have, and how many of those are switched off. */
  keys: z.object({ all: z.number().int(), off: z.number().int() }),
})
export type User = z.infer<typeof userSchema>

/** `GET /admin/users`: everybody, by username. */
export const usersAnswer = z.object({ users: z.array(userSchema) })

/** `POST /admin/users` */
export const createUserRequest = z.object({
  username: z
    .string()
    .max(64)
    .toLowerCase()
    .regex(/^[a-z0-9][a-z0-9._-]*$/),
  name: z.string().trim().min(1).max(100),
  address: z.string().min(3).max(320),
})

/** A code with which they set a password and an authenticator app themselves, once, until `expiresAt`. */
const enrolment = z.object({ code: z.string(), expiresAt: instantSchema })

/** Answer, status 201. The code is seen this once. */
export const createUserAnswer = z.object({ user: userSchema, enrolment })

/** Answer to `POST /admin/users/{id}/enrolment`: whatever they signed in with is gone, and they begin anew. */
export const enrolmentAnswer = z.object({ enrolment })

/** `PATCH /admin/users/{id}`: roles are taken at once, and given by two. */
export const setRolesRequest = z.object({ roles: z.array(role).max(2) })
