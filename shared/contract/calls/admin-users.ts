import { outcomeAnswer } from '../admin/changes.ts'
import {
  createUserAnswer,
  createUserRequest,
  enrolmentAnswer,
  setRolesRequest,
  usersAnswer,
} from '../admin/users.ts'
import { enrolAnswer, enrolRequest } from '../enrolment.ts'
import { idSchema } from '../wire.ts'
import { BODY_PROBLEMS, type Call } from './call.ts'

const USER = { id: idSchema }
const CHANGED = ['policy/denied', 'request/not-found'] as const

/** The people of the company, in the hands of administrators. */
export const adminUserCalls: readonly Call[] = [
  {
    method: 'get',
    path: '/admin/users',
    does: 'Who is there, and who was.',
    caller: 'signed-in',
    answer: usersAnswer,
    problems: ['request/not-found'],
  },
  {
    method: 'post',
    path: '/admin/users',
    does: 'Adds somebody, who sets a password and a factor with the code of the answer.',
    caller: 'signed-in',
    request: createUserRequest,
    status: 201,
    answer: createUserAnswer,
    problems: [...BODY_PROBLEMS, ...CHANGED, 'user/taken'],
  },
  {
    method: 'patch',
    path: '/admin/users/{id}',
    does: 'Takes roles, or asks for new ones, which takes a second administrator.',
    caller: 'signed-in',
    parameters: USER,
    request: setRolesRequest,
    answer: outcomeAnswer,
    problems: [...BODY_PROBLEMS, ...CHANGED, 'user/last-admin'],
  },
  {
    method: 'post',
    path: '/admin/users/{id}/enrolment',
    does: 'Takes away what they sign in with, and gives a code to begin anew.',
    caller: 'signed-in',
    parameters: USER,
    answer: enrolmentAnswer,
    problems: ['request/malformed', ...CHANGED],
  },
  {
    method: 'post',
    path: '/session/enrolment',
    does: 'Sets a password and an authenticator app, by that code.',
    caller: 'anybody',
    request: enrolRequest,
    answer: enrolAnswer,
    problems: [
      ...BODY_PROBLEMS,
      'factor/rejected',
      'factor/locked',
      'quota/exceeded',
      'hsm/unavailable',
    ],
  },
  {
    method: 'delete',
    path: '/admin/users/{id}',
    does: 'Removes them: sessions end, keys go off, nothing signs them in any more.',
    caller: 'signed-in',
    parameters: USER,
    answer: null,
    problems: ['request/malformed', ...CHANGED, 'user/last-admin'],
  },
]
