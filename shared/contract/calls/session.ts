import { factorsAnswer } from '../factors.ts'
import {
  devicesAnswer,
  factorRequest,
  passwordRequest,
  sessionSchema,
  signInAnswer,
} from '../session.ts'
import { idSchema } from '../wire.ts'
import { BODY_PROBLEMS, type Call } from './call.ts'

const FACTOR = [...BODY_PROBLEMS, 'factor/rejected', 'factor/locked'] as const

/** The calls to sign in and out. */
export const sessionCalls: readonly Call[] = [
  {
    method: 'post',
    path: '/session/password',
    does: 'Shows the password; the answer names the second factors.',
    caller: 'anybody',
    request: passwordRequest,
    answer: signInAnswer,
    problems: [...FACTOR, 'quota/exceeded', 'policy/denied'],
  },
  {
    method: 'post',
    path: '/session/factor',
    does: 'Shows a second factor, and is signed in.',
    caller: 'half-signed-in',
    request: factorRequest,
    answer: signInAnswer,
    problems: [...FACTOR, 'hsm/unavailable'],
  },
  {
    method: 'get',
    path: '/session',
    does: 'Who is signed in, and until when.',
    caller: 'signed-in',
    answer: sessionSchema,
    problems: [],
  },
  {
    method: 'post',
    path: '/session/extend',
    does: 'Starts the idle time again.',
    caller: 'signed-in',
    answer: sessionSchema,
    problems: [],
  },
  {
    method: 'delete',
    path: '/session',
    does: 'Signs out.',
    caller: 'half-signed-in',
    answer: null,
    problems: [],
  },
  {
    method: 'get',
    path: '/session/devices',
    does: "The user's open sessions.",
    caller: 'signed-in',
    answer: devicesAnswer,
    problems: [],
  },
  {
    method: 'delete',
    path: '/session/devices/{id}',
    does: 'Ends one of them.',
    caller: 'signed-in',
    parameters: { id: idSchema },
    answer: null,
    problems: ['request/malformed', 'request/not-found'],
  },
  {
    method: 'get',
    path: '/session/factors',
    does: 'What the user signs in with, besides the password.',
    caller: 'signed-in',
    answer: factorsAnswer,
    problems: [],
  },
]
