import {
  addFactorAnswer,
  addFactorRequest,
  provenRequest,
  recoveryCodesAnswer,
} from '../factors.ts'
import {
  passkeyChallengeAnswer,
  passkeyRegistrationAnswer,
  passkeyRegistrationRequest,
} from '../passkeys.ts'
import { changePasswordRequest } from '../session.ts'
import { idSchema } from '../wire.ts'
import { BODY_PROBLEMS, type Call } from './call.ts'

const PROVEN = [...BODY_PROBLEMS, 'factor/rejected', 'factor/locked', 'hsm/unavailable'] as const

/** What changes how a user signs in: each for a factor that is shown with it. */
export const factorCalls: readonly Call[] = [
  {
    method: 'post',
    path: '/session/factors',
    does: 'Adds an authenticator app, a hardware token or a passkey.',
    caller: 'signed-in',
    request: addFactorRequest,
    status: 201,
    answer: addFactorAnswer,
    problems: [...PROVEN, 'policy/denied', 'request/repeated'],
  },
  {
    method: 'post',
    path: '/session/passkey-challenges',
    does: 'Gives out a challenge, for a passkey that is shown as a factor.',
    caller: 'half-signed-in',
    status: 201,
    answer: passkeyChallengeAnswer,
    problems: ['policy/denied', 'quota/exceeded'],
  },
  {
    method: 'post',
    path: '/session/passkey-registrations',
    does: 'Begins a new passkey.',
    caller: 'signed-in',
    request: passkeyRegistrationRequest,
    status: 201,
    answer: passkeyRegistrationAnswer,
    problems: [...PROVEN, 'policy/denied', 'quota/exceeded'],
  },
  {
    method: 'post',
    path: '/session/factors/{id}/removal',
    does: 'Removes one of them.',
    caller: 'signed-in',
    parameters: { id: idSchema },
    request: provenRequest,
    answer: null,
    problems: [...PROVEN, 'request/not-found', 'factor/last'],
  },
  {
    method: 'post',
    path: '/session/recovery-codes',
    does: 'Makes new recovery codes in the place of all earlier ones.',
    caller: 'signed-in',
    request: provenRequest,
    status: 201,
    answer: recoveryCodesAnswer,
    problems: PROVEN,
  },
  {
    method: 'post',
    path: '/session/password-change',
    does: "Changes the password; the user's other sessions end.",
    caller: 'signed-in',
    request: changePasswordRequest,
    answer: null,
    problems: [...PROVEN, 'quota/exceeded'],
  },
]
