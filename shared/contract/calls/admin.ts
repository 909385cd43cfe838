import { auditAnswer, auditQuery } from '../admin/audit.ts'
import { outcomeAnswer } from '../admin/changes.ts'
import { hsmAnswer } from '../admin/hsm.ts'
import { setSettingsRequest, settingsAnswer, settingsSection } from '../admin/settings.ts'
import { BODY_PROBLEMS, type Call } from './call.ts'

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
    method: 'patch',
    path: '/admin/settings/{section}',
    does: 'Decides anew; what loosens takes a second administrator.',
    caller: 'signed-in',
    parameters: { section: settingsSection },
    request: setSettingsRequest,
    answer: outcomeAnswer,
    problems: [...BODY_PROBLEMS, 'policy/denied', 'request/not-found'],
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
