import { z } from 'zod'
import { instantSchema } from './wire.ts'

/** Folders of the local mailbox, by their role (RFC 6154). */
export const folderName = z.enum(['inbox', 'drafts', 'sent', 'archive', 'trash'])
export type FolderName = z.infer<typeof folderName>

/** A folder with the numbers of its messages. */
export const folderSchema = z.object({
  name: folderName,
  total: z.number().int(),
  unread: z.number().int(),
})
export type Folder = z.infer<typeof folderSchema>

/** `GET /mail/folders` */
export const foldersAnswer = z.object({ folders: z.array(folderSchema) })

/** What the headers say. Unverified: a protected subject is found only when the message is opened. */
export const envelopeSchema = z.object({
  uid: z.number().int().positive(),
  subject: z.string(),
  from: z.string(),
  to: z.string(),
  date: instantSchema.nullable(),
  size: z.number().int(),
  seen: z.boolean(),
  flagged: z.boolean(),
  /** By the root media type alone. */
  protection: z.enum(['none', 'signed', 'encrypted']),
  attachments: z.boolean(),
})
export type Envelope = z.infer<typeof envelopeSchema>

/** `GET /mail/folders/{name}/messages?before={uid}&limit={n}`, newest first; `next` is the next `before`. */
export const listQuery = z.object({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export const listAnswer = z.object({
  messages: z.array(envelopeSchema),
  next: z.number().int().positive().nullable(),
})
export type MessagePage = z.infer<typeof listAnswer>

/** `PATCH /mail/folders/{name}/messages/{uid}` */
export const flagsRequest = z.object({
  seen: z.boolean().optional(),
  flagged: z.boolean().optional(),
})

/** `POST /mail/folders/{name}/messages/{uid}/move`. Answers the place in the new folder. */
export const moveRequest = z.object({ to: folderName })

/** Answer to an append (`POST /mail/folders/{name}/messages`, the bytes as `message/rfc822`) and to a move. */
export const placedAnswer = z.object({ folder: folderName, uid: z.number().int().positive() })
export type Placed = z.infer<typeof placedAnswer>

const addresses = z.array(z.string().max(320)).max(1000)

/**
 * `POST /mail/send?to=a@x&to=b@y`, the bytes as `message/rfc822`: delivered to each, then filed in Sent. Answers that
 * place. `with` names who gets a copy of their own by another call: nobody gets any unless all of them are known.
 * Such a copy comes with `keep=no`: it is not filed, and the answer is null.
 */
export const sendQuery = z.object({
  to: addresses.min(1),
  with: addresses.default([]),
  keep: z.enum(['yes', 'no']).default('yes'),
})
export const sendAnswer = placedAnswer.nullable()
