import { factorsAnswer } from '../factors.ts'
import { openIdAnswer, openIdRequest, waysAnswer } from '../openid.ts'
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
    path: '/session/ways',
    does: 'How one can sign in here, and what half a session has still to show.',
    caller: 'anybody',
    answer: waysAnswer,
    problems: [],
  },
  {
    method: 'post',
    path: '/session/openid',
    does: 'Begins a sign-in at the OpenID provider; the answer is where the browser goes.',
    caller: 'anybody',
    request: openIdRequest,
    answer: openIdAnswer,
    problems: [...BODY_PROBLEMS, 'request/not-found', 'policy/denied', 'openid/unreachable'],
  },
  {
    method: 'get',
    path: '/session/openid/callback',
    does: 'Where the provider leads the browser back to; goes on to the app.',
    caller: 'anybody',
    status: 303,
    answer: null,
    problems: ['request/not-found', 'policy/denied'],
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
