import { outcomeAnswer } from '../admin/changes.ts'
import {
  adminKeyAnswer,
  adminKeysAnswer,
  adminKeysQuery,
  createKeyRequest,
  keyHistoryAnswer,
  setPolicyRequest,
} from '../admin/keys.ts'
import { idSchema } from '../wire.ts'
import { BODY_PROBLEMS, type Call } from './call.ts'

const KEY = { id: idSchema }
const CHANGED = ['policy/denied', 'request/not-found', 'key/not-found'] as const

/** Everybody's keys, in the hands of administrators. */
export const adminKeyCalls: readonly Call[] = [
  {
    method: 'get',
    path: '/admin/keys',
    does: "Everybody's keys.",
    caller: 'signed-in',
    query: adminKeysQuery,
    answer: adminKeysAnswer,
    problems: ['request/malformed', 'request/not-found'],
  },
  {
    method: 'post',
    path: '/admin/keys',
    does: 'Makes a key for somebody.',
    caller: 'signed-in',
    request: createKeyRequest,
    status: 201,
    answer: adminKeyAnswer,
    problems: [
      ...BODY_PROBLEMS,
      'policy/denied',
      'request/not-found',
      'hsm/unavailable',
      'hsm/unsupported',
    ],
  },
  {
    method: 'post',
    path: '/admin/keys/{id}/switch-off',
    does: 'Refuses every operation with it, at once and everywhere.',
    caller: 'signed-in',
    parameters: KEY,
    answer: adminKeyAnswer,
    problems: ['request/malformed', ...CHANGED],
  },
  {
    method: 'post',
    path: '/admin/keys/{id}/switch-on',
    does: 'Asks for it to work again, which takes a second administrator.',
    caller: 'signed-in',
    parameters: KEY,
    answer: outcomeAnswer,
    problems: ['request/malformed', ...CHANGED],
  },
  {
    method: 'post',
    path: '/admin/keys/{id}/retirement',
    does: 'Retires it for good: it opens old mail, and nothing else.',
    caller: 'signed-in',
    parameters: KEY,
    answer: adminKeyAnswer,
    problems: ['request/malformed', ...CHANGED],
  },
  {
    method: 'patch',
    path: '/admin/keys/{id}/policy',
    does: 'Decides anew how it may be used; what loosens takes a second administrator.',
    caller: 'signed-in',
    parameters: KEY,
    request: setPolicyRequest,
    answer: outcomeAnswer,
    problems: [...BODY_PROBLEMS, ...CHANGED],
  },
  {
    method: 'get',
    path: '/admin/keys/{id}/history',
    does: 'What happened to it, its use apart.',
    caller: 'signed-in',
    parameters: KEY,
    answer: keyHistoryAnswer,
    problems: ['request/malformed', 'request/not-found', 'key/not-found'],
  },
]
