import {
  type Folder,
  type FolderName,
  foldersAnswer,
  listAnswer,
  type MessagePage,
  type Placed,
  placedAnswer,
  sendAnswer,
} from '#shared/contract/mail.ts'
import type { Bytes } from '#shared/bytes.ts'
import { callForBytes, callForJson, callForNothing } from './call.ts'

const PAGE = 50 // messages per page: a few screens

export async function fetchFolders(): Promise<Folder[]> {
  return (await callForJson({ method: 'GET', path: '/mail/folders' }, foldersAnswer)).folders
}

/** One page of a folder, newest first, older than `before` where it is given. */
export function fetchPage(folder: FolderName, before: number | null): Promise<MessagePage> {
  const query = new URLSearchParams({ limit: String(PAGE) })
  if (before !== null) query.set('before', String(before))
  const path = `/mail/folders/${folder}/messages?${query.toString()}`
  return callForJson({ method: 'GET', path }, listAnswer)
}

/** The message as it lies in the mailbox. Throws `mail/not-found`. */
export function fetchMessage(folder: FolderName, uid: number, signal: AbortSignal): Promise<Bytes> {
  return callForBytes({ method: 'GET', path: place(folder, uid), signal })
}

export type Flags = { readonly seen?: boolean; readonly flagged?: boolean }

export function setFlags(folder: FolderName, uid: number, flags: Flags): Promise<void> {
  return callForNothing({ method: 'PATCH', path: place(folder, uid), body: { json: flags } })
}

export function moveMessage(folder: FolderName, uid: number, to: FolderName): Promise<Placed> {
  const call = {
    method: 'POST',
    path: `${place(folder, uid)}/move`,
    body: { json: { to } },
  } as const
  return callForJson(call, placedAnswer)
}

/** Files a message, a draft for instance. */
export function appendMessage(
  folder: FolderName,
  message: Bytes,
  idempotencyKey: string,
  signal: AbortSignal,
): Promise<Placed> {
  const path = `/mail/folders/${folder}/messages`
  const call = { method: 'POST', path, body: { message }, idempotencyKey, signal } as const
  return callForJson(call, placedAnswer)
}

/** One copy of a message: whom it is handed to, and who gets another copy of the same. */
export type CopyToSend = {
  readonly to: readonly string[]
  readonly others: readonly string[]
  /** Whether it is filed in Sent. */
  readonly keep: boolean
  readonly message: Bytes
  readonly idempotencyKey: string
}

/** Delivers a copy to each of its addresses. Throws `mail/rejected`, `mail/unreachable`. */
export function sendCopy(
  { to, others, keep, message, idempotencyKey }: CopyToSend,
  signal: AbortSignal,
): Promise<Placed | null> {
  const query = new URLSearchParams([
    ...to.map((address) => ['to', address]),
    ...others.map((address) => ['with', address]),
    ['keep', keep ? 'yes' : 'no'],
  ])
  const path = `/mail/send?${query.toString()}`
  const call = { method: 'POST', path, body: { message }, idempotencyKey, signal } as const
  return callForJson(call, sendAnswer)
}

/** Deletes for good, as a superseded draft is. */
export function deleteMessage(folder: FolderName, uid: number): Promise<void> {
  return callForNothing({ method: 'DELETE', path: place(folder, uid) })
}

function place(folder: FolderName, uid: number): string {
  return `/mail/folders/${folder}/messages/${uid}`
}
