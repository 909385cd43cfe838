import { changeAnswer, changesAnswer, confirmChangeRequest } from '../admin/changes.ts'
import { idSchema } from '../wire.ts'
import { BODY_PROBLEMS, type Call } from './call.ts'

const CHANGE = { id: idSchema }
const CHANGED = ['policy/denied', 'request/not-found'] as const

/** What takes two administrators. */
export const changeCalls: readonly Call[] = [
  {
    method: 'get',
    path: '/admin/changes',
    does: 'What waits for a second administrator, and what became of the rest.',
    caller: 'signed-in',
    answer: changesAnswer,
    problems: ['request/not-found'],
  },
  {
    method: 'post',
    path: '/admin/changes/{id}/confirmation',
    does: 'Agrees to one, by a factor that is shown for it; the second to agree has it done.',
    caller: 'signed-in',
    parameters: CHANGE,
    request: confirmChangeRequest,
    answer: changeAnswer,
    problems: [
      ...BODY_PROBLEMS,
      ...CHANGED,
      'change/needs-second',
      'factor/rejected',
      'factor/locked',
      'hsm/unavailable',
    ],
  },
  {
    method: 'post',
    path: '/admin/changes/{id}/withdrawal',
    does: 'Takes one back, or turns it down.',
    caller: 'signed-in',
    parameters: CHANGE,
    answer: changeAnswer,
    problems: ['request/malformed', ...CHANGED],
  },
]
