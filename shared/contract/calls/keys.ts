import { activityAnswer, activityQuery } from '../activity.ts'
import { approvalAnswer, approvalRequest } from '../approvals.ts'
import { directoryAnswer, directoryQuery, trustAnswer } from '../directory.ts'
import {
  keysAnswer,
  signAnswer,
  signRequest,
  switchOffAnswer,
  unwrapAnswer,
  unwrapBatchAnswer,
  unwrapBatchRequest,
  unwrapRequest,
} from '../keys.ts'
import { idSchema } from '../wire.ts'
import { BODY_PROBLEMS, type Call } from './call.ts'

const KEY = { id: idSchema }
const OPERATION = [
  ...BODY_PROBLEMS,
  'key/not-found',
  'key/disabled',
  'key/wrong-purpose',
  'approval/required',
  'approval/spent',
  'quota/exceeded',
  'hsm/unavailable',
  'hsm/unsupported',
] as const

/** The calls about keys and what is done with them. */
export const keyCalls: readonly Call[] = [
  {
    method: 'get',
    path: '/keys',
    does: "The user's keys, present and past.",
    caller: 'signed-in',
    answer: keysAnswer,
    problems: [],
  },
  {
    method: 'post',
    path: '/keys/switch-off',
    does: "Switches the user's own keys off, all at once.",
    caller: 'signed-in',
    answer: switchOffAnswer,
    problems: [],
  },
  {
    method: 'post',
    path: '/keys/{id}/unwrap',
    does: 'Opens one recipient entry; the content key comes back sealed.',
    caller: 'signed-in',
    parameters: KEY,
    request: unwrapRequest,
    answer: unwrapAnswer,
    problems: OPERATION,
  },
  {
    method: 'post',
    path: '/keys/unwrap',
    does: 'Opens several recipient entries; each is answered on its own.',
    caller: 'signed-in',
    request: unwrapBatchRequest,
    answer: unwrapBatchAnswer,
    problems: BODY_PROBLEMS,
  },
  {
    method: 'post',
    path: '/keys/{id}/sign',
    does: 'Signs attributes that the service builds around a digest.',
    caller: 'signed-in',
    parameters: KEY,
    request: signRequest,
    answer: signAnswer,
    problems: [...OPERATION, 'key/retired', 'policy/denied'],
  },
  {
    method: 'post',
    path: '/approvals',
    does: 'Approves what a key is to do, by a factor that is shown now.',
    caller: 'signed-in',
    request: approvalRequest,
    status: 201,
    answer: approvalAnswer,
    problems: [
      ...BODY_PROBLEMS,
      'factor/rejected',
      'factor/locked',
      'key/not-found',
      'key/disabled',
      'key/retired',
      'key/wrong-purpose',
      'policy/denied',
      'hsm/unavailable',
    ],
  },
  {
    method: 'get',
    path: '/activity',
    does: "The user's own log, the newest first.",
    caller: 'signed-in',
    query: activityQuery,
    answer: activityAnswer,
    problems: ['request/malformed', 'request/not-found'],
  },
  {
    method: 'get',
    path: '/directory/certificates',
    does: 'Certificates to encrypt to an address with.',
    caller: 'signed-in',
    query: directoryQuery,
    answer: directoryAnswer,
    problems: ['request/malformed'],
  },
  {
    method: 'get',
    path: '/trust',
    does: "The company's anchors.",
    caller: 'signed-in',
    answer: trustAnswer,
    problems: [],
  },
]
