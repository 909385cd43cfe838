import { auditAnswer, auditQuery } from '../admin/audit.ts'
import { hsmAnswer } from '../admin/hsm.ts'
import { settingsAnswer } from '../admin/settings.ts'
import type { Call } from './call.ts'

/** Whoever has no role hears of no such address; an auditor changes nothing. */
export const adminCalls: readonly Call[] = [
  {
    method: 'get',
    path: '/admin/audit',
    does: 'The audit, the newest entry first.',
    caller: 'signed-in',
    query: auditQuery,
    answer: auditAnswer,
    problems: ['request/malformed', 'request/not-found'],
  },
  {
    method: 'get',
    path: '/admin/settings',
    does: 'What the company decided for itself.',
    caller: 'signed-in',
    answer: settingsAnswer,
    problems: ['request/not-found'],
  },
  {
    method: 'get',
    path: '/admin/hsm',
    does: 'How the token does, and what it was seen to do.',
    caller: 'signed-in',
    answer: hsmAnswer,
    problems: ['request/not-found'],
  },
]
