import {
  certificateRequest,
  importAnswer,
  importKeyAnswer,
  importRequest,
} from '../admin/key-material.ts'
import { adminKeyAnswer } from '../admin/keys.ts'
import { idSchema } from '../wire.ts'
import { BODY_PROBLEMS, type Call } from './call.ts'

const REFUSED = ['policy/denied', 'request/not-found', 'hsm/unavailable'] as const

/** What comes into the token and to its keys from outside. */
export const adminKeyMaterialCalls: readonly Call[] = [
  {
    method: 'get',
    path: '/admin/import-key',
    does: 'The public key that keys to be imported are wrapped for.',
    caller: 'signed-in',
    answer: importKeyAnswer,
    problems: REFUSED,
  },
  {
    method: 'post',
    path: '/admin/imports',
    does: 'Takes a wrapped key into the token; that it works takes a second administrator.',
    caller: 'signed-in',
    request: importRequest,
    status: 201,
    answer: importAnswer,
    problems: [...BODY_PROBLEMS, ...REFUSED, 'certificate/unfit', 'hsm/unsupported'],
  },
  {
    method: 'post',
    path: '/admin/keys/{id}/certificate',
    does: 'Gives a key the certificate that an authority issued for it.',
    caller: 'signed-in',
    parameters: { id: idSchema },
    request: certificateRequest,
    answer: adminKeyAnswer,
    problems: [...BODY_PROBLEMS, ...REFUSED, 'key/not-found', 'key/retired', 'certificate/unfit'],
  },
]
