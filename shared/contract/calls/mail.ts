import { z } from 'zod'
import {
  envelopeSchema,
  flagsRequest,
  folderName,
  foldersAnswer,
  listAnswer,
  listQuery,
  moveRequest,
  placedAnswer,
  sendAnswer,
  sendQuery,
} from '../mail.ts'
import { BODY_PROBLEMS, type Call, MESSAGE } from './call.ts'

const FOLDER = { folder: folderName }
const PLACE = { folder: folderName, uid: z.number().int().positive() }
const MAILBOX = ['mail/not-found', 'mail/unreachable'] as const

/** The calls of the mailbox. */
export const mailCalls: readonly Call[] = [
  {
    method: 'get',
    path: '/mail/folders',
    does: 'The folders of the mailbox.',
    caller: 'signed-in',
    answer: foldersAnswer,
    problems: MAILBOX,
  },
  {
    method: 'get',
    path: '/mail/folders/{folder}/messages',
    does: 'A page of messages, the newest first.',
    caller: 'signed-in',
    parameters: FOLDER,
    query: listQuery,
    answer: listAnswer,
    problems: ['request/malformed', ...MAILBOX],
  },
  {
    method: 'post',
    path: '/mail/folders/{folder}/messages',
    does: 'Adds a message.',
    caller: 'signed-in',
    parameters: FOLDER,
    request: MESSAGE,
    status: 201,
    answer: placedAnswer,
    problems: [...BODY_PROBLEMS, ...MAILBOX, 'mail/rejected'],
  },
  {
    method: 'get',
    path: '/mail/folders/{folder}/messages/{uid}',
    does: 'A message, byte by byte.',
    caller: 'signed-in',
    parameters: PLACE,
    answer: MESSAGE,
    problems: MAILBOX,
  },
  {
    method: 'patch',
    path: '/mail/folders/{folder}/messages/{uid}',
    does: 'Changes its flags.',
    caller: 'signed-in',
    parameters: PLACE,
    request: flagsRequest,
    answer: envelopeSchema,
    problems: [...BODY_PROBLEMS, ...MAILBOX],
  },
  {
    method: 'delete',
    path: '/mail/folders/{folder}/messages/{uid}',
    does: 'Deletes it for good.',
    caller: 'signed-in',
    parameters: PLACE,
    answer: null,
    problems: MAILBOX,
  },
  {
    method: 'post',
    path: '/mail/folders/{folder}/messages/{uid}/move',
    does: 'Moves it; the answer is its new place.',
    caller: 'signed-in',
    parameters: PLACE,
    request: moveRequest,
    answer: placedAnswer,
    problems: [...BODY_PROBLEMS, ...MAILBOX],
  },
  {
    method: 'post',
    path: '/mail/send',
    does: 'Delivers a message, and files it in Sent, or hands out a copy beside another.',
    caller: 'signed-in',
    query: sendQuery,
    request: MESSAGE,
    status: 201,
    answer: sendAnswer,
    problems: [...BODY_PROBLEMS, ...MAILBOX, 'mail/rejected'],
  },
]
